#+ title: Cooperation bases that the European Union or one of its bodies has made
#+ question: Which EU-level treaty or agency instrument is a basis between which member state and which third country?
#+ note: A treaty of the European Union binds a state while it is a member; an instrument of an agency serves it while it is a member. The earliest recorded opt-out ends or prevents it. Member states for which it holds on the same days share a basis.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX grade: <https://w3id.org/coopkg/code/grade/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX group: <https://w3id.org/coopkg/code/country-group/>
PREFIX kind: <https://w3id.org/coopkg/code/agreement-kind/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rule: <https://w3id.org/coopkg/id/rule/>
PREFIX schema: <https://schema.org/>
PREFIX scope: <https://w3id.org/coopkg/code/scope/>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT { GRAPH graph:bases {
  ?basis a coop:CooperationBasis ; prov:wasInfluencedBy rule:30-bases-through-union ; coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter ;
    coop:restsOn ?agreement ; coop:hasGrade ?grade ; coop:hasProof ?union , ?other , ?membership ; coop:from ?from ; coop:to ?to ; coop:covers ?covered .
} }
WHERE {
  VALUES ?level { kind:eu-treaty kind:agency-instrument }
  GRAPH seeds:code { ?kind skos:broader ?level }
  GRAPH seeds:agreement { ?agreement dcterms:type ?kind }
  GRAPH seeds:provision { ?provision dcterms:isPartOf ?agreement ; coop:inMatter ?matter ; coop:hasScope ?scope }
  GRAPH seeds:participation { ?union coop:hasAgreement ?agreement ; coop:hasParticipant ?organisation }
  GRAPH seeds:organisation { ?organisation a org:Organization }
  GRAPH graph:intervals { ?union coop:from ?unionFrom . OPTIONAL { ?union coop:to ?unionTo } }
  GRAPH seeds:participation { ?other coop:hasAgreement ?agreement ; coop:hasParticipant ?country }
  GRAPH seeds:country { ?country a schema:Country }
  GRAPH graph:intervals { ?other coop:from ?otherFrom . OPTIONAL { ?other coop:to ?otherTo } }
  GRAPH seeds:group_membership { ?membership coop:hasGroup group:eu ; coop:hasParticipant ?member }
  GRAPH graph:intervals { ?membership coop:from ?joined . OPTIONAL { ?membership coop:to ?left } }
  FILTER (?country != ?member)
  OPTIONAL {
    SELECT ?member ?agreement (MIN(?begin) AS ?out) WHERE {
      GRAPH seeds:opt_out { ?optOut coop:hasMemberState ?member }
      GRAPH graph:intervals { ?optOut coop:from ?begin }
      { GRAPH seeds:opt_out { ?optOut coop:hasAgreement ?agreement } }
      UNION
      { GRAPH seeds:opt_out { ?optOut coop:hasOrganisation ?body } GRAPH seeds:agreement { ?agreement coop:hasOrganisation ?body } }
    } GROUP BY ?member ?agreement
  }
  BIND (?out - "P1D"^^xsd:dayTimeDuration AS ?lastDay)
  BIND (IF(?unionFrom > ?otherFrom, ?unionFrom, ?otherFrom) AS ?agreed)
  BIND (IF(?agreed > ?joined, ?agreed, ?joined) AS ?from)
  BIND (COALESCE(IF(?unionTo < ?otherTo, ?unionTo, ?otherTo), ?unionTo, ?otherTo) AS ?ended)
  BIND (COALESCE(IF(?left < ?lastDay, ?left, ?lastDay), ?left, ?lastDay) AS ?out_of_it)
  BIND (COALESCE(IF(?ended < ?out_of_it, ?ended, ?out_of_it), ?ended, ?out_of_it) AS ?to)
  FILTER (!BOUND(?to) || ?from <= ?to)
  BIND (IF(?scope != scope:general, grade:sectoral, IF(?level = kind:agency-instrument, grade:arrangement, grade:dedicated)) AS ?grade)
  BIND (IF(?scope = scope:general, ?matter, ?none) AS ?covered)
  BIND (IF(BOUND(?to), CONCAT(".until-", STR(?to)), "") AS ?until)
  BIND (IRI(CONCAT("https://w3id.org/coopkg/id/basis/", STRAFTER(STR(?other), "/participation/"), ".", STRAFTER(STR(?matter), "/matter/"), ".", STR(?from), ?until)) AS ?basis)
}
