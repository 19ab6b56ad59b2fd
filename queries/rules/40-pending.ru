#+ title: Instruments between two parties that are signed, or whose entry into force was not seen
#+ question: What is on its way between which member state and which third country, in which matter?
#+ note: An instrument of the European Union or one of its bodies stands once, without a member state: it would serve all of them. First those that a basis followed, for the days between signature and entry into force; then those of which no entry into force is known. A convention that covers certain offences only is left to the list of its parties. 0001-01-01 stands for a day of signature not seen.
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX group: <https://w3id.org/coopkg/code/country-group/>
PREFIX kind: <https://w3id.org/coopkg/code/agreement-kind/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rule: <https://w3id.org/coopkg/id/rule/>
PREFIX schema: <https://schema.org/>
PREFIX scope: <https://w3id.org/coopkg/code/scope/>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX treaty-status: <https://w3id.org/coopkg/code/treaty-status/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT { GRAPH graph:pending {
  ?pending a coop:PendingBasis ; prov:wasInfluencedBy rule:40-pending ; coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter ;
    coop:restsOn ?agreement ; adms:status treaty-status:signed-not-in-force ; coop:hasProof ?participation ; coop:from ?from ; coop:to ?to .
} }
WHERE {
  { SELECT ?participation ?country ?agreement ?from WHERE {
      GRAPH seeds:participation { ?participation coop:signedLatest ?from ; coop:sinceLatest ?since ; coop:hasParticipant ?country ; coop:hasAgreement ?agreement }
      GRAPH seeds:agreement { ?agreement dcterms:type ?kind }
      FILTER (?kind IN (kind:bilateral-treaty, kind:multilateral-convention))
  } }
  { SELECT ?basis ?participation ?matter ?start WHERE { GRAPH graph:bases { ?basis coop:covers ?matter ; coop:from ?start ; coop:hasProof ?participation } } }
  FILTER (?from < ?start)
  GRAPH graph:bases { ?basis coop:hasCountry ?country ; coop:hasMemberState ?member }
  BIND (?start - "P1D"^^xsd:dayTimeDuration AS ?to)
  BIND (LCASE(STRAFTER(STR(?member), "/country/")) AS ?asking)
  BIND (IRI(CONCAT("https://w3id.org/coopkg/id/pending/", ?asking, ".", STRAFTER(STR(?participation), "/participation/"), ".", STRAFTER(STR(?matter), "/matter/"))) AS ?pending)
} ;

INSERT { GRAPH graph:pending {
  ?pending a coop:PendingBasis ; prov:wasInfluencedBy rule:40-pending ; coop:hasCountry ?country ; coop:inMatter ?matter ;
    coop:restsOn ?agreement ; adms:status ?how ; coop:hasProof ?other ; coop:from ?from ; coop:to ?to .
} }
WHERE {
  VALUES ?level { kind:eu-treaty kind:agency-instrument }
  GRAPH seeds:code { ?kind skos:broader ?level }
  GRAPH seeds:agreement { ?agreement dcterms:type ?kind }
  GRAPH seeds:provision { ?provision dcterms:isPartOf ?agreement ; coop:inMatter ?matter ; coop:hasScope scope:general }
  GRAPH seeds:participation { ?other coop:hasAgreement ?agreement ; coop:hasParticipant ?country ; adms:status ?status }
  GRAPH seeds:country { ?country a schema:Country }
  OPTIONAL { GRAPH seeds:participation { ?other coop:signedLatest ?signed } }
  OPTIONAL { GRAPH seeds:participation { ?other coop:sinceLatest ?since } }
  OPTIONAL { GRAPH graph:intervals { ?other coop:from ?start } }
  FILTER (?status IN (treaty-status:signed-not-in-force, treaty-status:entry-not-seen) || (BOUND(?since) && BOUND(?signed) && ?signed < ?start))
  BIND (IF(BOUND(?since), treaty-status:signed-not-in-force, ?status) AS ?how)
  BIND (COALESCE(?signed, "0001-01-01"^^xsd:date) AS ?from)
  BIND (IF(BOUND(?since), ?start - "P1D"^^xsd:dayTimeDuration, ?nothing) AS ?to)
  BIND (IRI(CONCAT("https://w3id.org/coopkg/id/pending/", STRAFTER(STR(?other), "/participation/"), ".", STRAFTER(STR(?matter), "/matter/"))) AS ?pending)
} ;

INSERT { GRAPH graph:pending {
  ?pending a coop:PendingBasis ; prov:wasInfluencedBy rule:40-pending ; coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter ;
    coop:restsOn ?agreement ; adms:status ?status ; coop:hasProof ?one , ?other ; coop:from ?from .
} }
WHERE {
  GRAPH seeds:provision { ?provision dcterms:isPartOf ?agreement ; coop:inMatter ?matter ; coop:hasScope scope:general }
  GRAPH seeds:agreement { ?agreement dcterms:type ?kind }
  VALUES ?kind { kind:bilateral-treaty kind:multilateral-convention }
  GRAPH seeds:participation { ?one coop:hasAgreement ?agreement ; coop:hasParticipant ?member ; adms:status ?oneStatus }
  GRAPH seeds:group_membership { ?union coop:hasGroup group:eu ; coop:hasParticipant ?member ; coop:sinceLatest ?joined }
  GRAPH seeds:participation { ?other coop:hasAgreement ?agreement ; coop:hasParticipant ?country ; adms:status ?otherStatus }
  GRAPH seeds:country { ?country a schema:Country }
  FILTER (?country != ?member)
  OPTIONAL {
    GRAPH seeds:group_membership { ?unionToo coop:hasGroup group:eu ; coop:hasParticipant ?country ; coop:sinceLatest ?joinedToo . OPTIONAL { ?unionToo schema:endDate ?left } }
  }
  FILTER (!BOUND(?joinedToo) || ?joinedToo > ?joined || BOUND(?left))
  FILTER (?oneStatus IN (treaty-status:in-force, treaty-status:signed-not-in-force, treaty-status:entry-not-seen))
  FILTER (?otherStatus IN (treaty-status:in-force, treaty-status:signed-not-in-force, treaty-status:entry-not-seen))
  FILTER (?oneStatus != treaty-status:in-force || ?otherStatus != treaty-status:in-force)
  BIND (IF(?oneStatus = treaty-status:entry-not-seen || ?otherStatus = treaty-status:entry-not-seen, treaty-status:entry-not-seen, treaty-status:signed-not-in-force) AS ?status)
  OPTIONAL { GRAPH seeds:participation { ?other coop:signedLatest ?signed } }
  BIND (COALESCE(?signed, "0001-01-01"^^xsd:date) AS ?from)
  BIND (IRI(CONCAT("https://w3id.org/coopkg/id/pending/", STRAFTER(STR(?one), "/participation/"), ".", STRAFTER(STR(?other), "/participation/"), ".", STRAFTER(STR(?matter), "/matter/"))) AS ?pending)
} ;

# Of the bases of a pair that have no end, the one that began first has all days of the others.
INSERT { GRAPH graph:pending { ?pending coop:hasAlternative ?basis } }
WHERE {
  { SELECT ?member ?country ?matter ?ended (IRI(STRAFTER(MIN(?dated), " ")) AS ?basis) WHERE {
      { SELECT DISTINCT ?member ?country ?matter WHERE { GRAPH graph:pending { ?waiting coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter } } }
      { SELECT ?one ?member ?country ?matter WHERE { GRAPH graph:bases { ?one coop:covers ?matter ; coop:hasMemberState ?member ; coop:hasCountry ?country } } }
      GRAPH graph:bases { ?one coop:from ?from }
      OPTIONAL { GRAPH graph:bases { ?one coop:to ?to } }
      BIND (IF(BOUND(?to), ?one, ?none) AS ?ended)
      BIND (CONCAT(STR(?from), " ", STR(?one)) AS ?dated)
  } GROUP BY ?member ?country ?matter ?ended }
  { SELECT ?pending ?member ?country ?matter WHERE { GRAPH graph:pending { ?pending coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter } } }
} ;

INSERT { GRAPH graph:pending { ?pending coop:hasAlternative ?other } }
WHERE {
  GRAPH graph:pending { ?pending coop:inMatter ?matter ; coop:hasCountry ?country ; coop:restsOn ?agreement . FILTER NOT EXISTS { ?pending coop:hasMemberState ?one } }
  GRAPH seeds:participation { ?other coop:hasParticipant ?country ; coop:hasAgreement ?instead }
  GRAPH seeds:provision { ?provision dcterms:isPartOf ?instead ; coop:inMatter ?matter ; coop:hasScope scope:general }
  GRAPH seeds:agreement { ?instead coop:hasOrganisation ?body }
  GRAPH graph:intervals { ?other coop:from ?from }
  FILTER (?instead != ?agreement)
}
