#+ title: A treaty that replaces another
#+ question: Until when does a basis hold that a later treaty between the same two replaces?
#+ note: Vienna Convention on the Law of Treaties, article 59: from the day on which the later treaty is in force between the two, the older one is no basis in the matters that the later one serves; it does not revive when the later one ends.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { GRAPH graph:bases { ?old coop:to ?oldTo } }
INSERT { GRAPH graph:bases { ?old coop:to ?to } }
WHERE {
  { SELECT ?old (MIN(?newFrom) AS ?replaced) WHERE {
      GRAPH seeds:agreement { ?later dcterms:replaces ?earlier }
      GRAPH graph:bases { ?new coop:restsOn ?later ; coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter ; coop:from ?newFrom . OPTIONAL { ?new coop:to ?newTo } }
      FILTER (!BOUND(?newTo) || ?newTo >= ?newFrom)
      GRAPH graph:bases { ?old coop:restsOn ?earlier ; coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter }
  } GROUP BY ?old }
  OPTIONAL { GRAPH graph:bases { ?old coop:to ?oldTo } }
  FILTER (!BOUND(?oldTo) || ?oldTo >= ?replaced)
  BIND (?replaced - "P1D"^^xsd:dayTimeDuration AS ?to)
}
