#+ title: Which country lies on which route, and to which member states the route leads
#+ question: Whom does a route touch, and whom does it reach?
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX group: <https://w3id.org/coopkg/code/country-group/>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>

INSERT { GRAPH graph:routes { ?from coop:isOnRoute ?route . ?to coop:isOnRoute ?route } }
WHERE { GRAPH seeds:leg { ?leg dcterms:isPartOf ?route ; coop:startsAt ?from ; coop:endsAt ?to } } ;

INSERT { GRAPH graph:routes { ?route coop:leadsTo ?member } }
WHERE {
  GRAPH seeds:leg { ?leg dcterms:isPartOf ?route ; coop:endsAt ?member }
  GRAPH seeds:group_membership { ?membership coop:hasGroup group:eu ; coop:hasParticipant ?member }
}
