#+ title: Cooperation bases between two parties of one agreement
#+ question: Which agreement is a basis between which member state and which third country, in which matter, from when to when?
#+ note: From the later of the two beginnings to the earlier of the two ends. Who becomes a party to a convention is bound from that day towards all that are parties already; that is one basis, between each of its member states and each of its countries, one of the sides being the new party alone. A basis of its own have the two parties of a bilateral treaty, a pair whose country asked has declared that it does not take the convention as a basis, and a pair of parties to a later agreement that replaces it. A country that joined the European Union before the member state or with it, and has not left, was never a third country to it, so such pairs are left out. A basis of general scope covers its matter. A convention for certain offences gives one basis for all its matters, which stand and fall together; a matter that a party may decline by a declaration gives a basis of its own, and so does each matter of a pair that stands alone.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX finding: <https://w3id.org/coopkg/code/declaration-finding/>
PREFIX grade: <https://w3id.org/coopkg/code/grade/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX group: <https://w3id.org/coopkg/code/country-group/>
PREFIX kind: <https://w3id.org/coopkg/code/agreement-kind/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rule: <https://w3id.org/coopkg/id/rule/>
PREFIX schema: <https://schema.org/>
PREFIX scope: <https://w3id.org/coopkg/code/scope/>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>

INSERT { GRAPH graph:bases {
  ?basis a coop:CooperationBasis ; prov:wasInfluencedBy rule:20-bases-between-parties ; coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter ;
    coop:restsOn ?agreement ; coop:hasGrade ?grade ; coop:hasProof ?one , ?other ; coop:from ?from ; coop:to ?to ; coop:covers ?covered .
} }
WHERE {
  # The clauses of each agreement; those of a convention for certain offences stand together, except for pairs with a later one.
  { SELECT DISTINCT ?agreement ?bilateral ?grade ?clause ?matter ?covered ?pairs WHERE {
      GRAPH seeds:provision { ?provision dcterms:isPartOf ?agreement ; coop:inMatter ?served ; coop:hasScope ?scope }
      GRAPH seeds:agreement { ?agreement dcterms:type ?kind }
      VALUES ?kind { kind:bilateral-treaty kind:multilateral-convention }
      OPTIONAL { GRAPH seeds:provision { ?provision dcterms:requires ?condition } }
      OPTIONAL { SELECT DISTINCT ?agreement (true AS ?replaceable) WHERE { GRAPH seeds:agreement { ?later dcterms:replaces ?agreement } } }
      BIND (?kind = kind:bilateral-treaty AS ?bilateral)
      BIND (?scope != scope:general && !BOUND(?condition) && !?bilateral AS ?together)
      VALUES ?pairs { "all" "not replaced" "replaced" }
      FILTER (IF(?together, ?pairs = "not replaced" || (?pairs = "replaced" && BOUND(?replaceable)), ?pairs = "all"))
      BIND (IF(?scope = scope:general, grade:dedicated, grade:sectoral) AS ?grade)
      BIND (IF(?scope = scope:general, ?served, ?none) AS ?covered)
      BIND (IF(?pairs = "not replaced", ?none, ?served) AS ?matter)
      BIND (IF(?pairs = "not replaced", "offences", STRAFTER(STR(?served), "/matter/")) AS ?clause)
  } }
  GRAPH seeds:participation { ?one coop:hasAgreement ?agreement ; coop:hasParticipant ?member }
  GRAPH graph:intervals { ?one coop:from ?oneFrom . OPTIONAL { ?one coop:to ?oneTo } }
  GRAPH seeds:group_membership { ?union coop:hasGroup group:eu ; coop:hasParticipant ?member ; coop:sinceLatest ?joined }
  GRAPH seeds:participation { ?other coop:hasAgreement ?agreement ; coop:hasParticipant ?country }
  GRAPH graph:intervals { ?other coop:from ?otherFrom . OPTIONAL { ?other coop:to ?otherTo } }
  GRAPH seeds:country { ?country a schema:Country }
  FILTER (?country != ?member)
  OPTIONAL {
    GRAPH seeds:group_membership { ?unionToo coop:hasGroup group:eu ; coop:hasParticipant ?country ; coop:sinceLatest ?joinedToo . OPTIONAL { ?unionToo schema:endDate ?left } }
  }
  FILTER (!BOUND(?joinedToo) || ?joinedToo > ?joined || BOUND(?left))
  BIND (IF(?oneFrom > ?otherFrom, ?oneFrom, ?otherFrom) AS ?from)
  BIND (COALESCE(IF(?oneTo < ?otherTo, ?oneTo, ?otherTo), ?oneTo, ?otherTo) AS ?to)
  FILTER (!BOUND(?to) || ?from <= ?to)
  OPTIONAL {
    SELECT DISTINCT ?agreement ?member ?country (true AS ?replaced) WHERE {
      GRAPH seeds:agreement { ?later dcterms:replaces ?agreement }
      GRAPH seeds:participation { ?mine coop:hasAgreement ?later ; coop:hasParticipant ?member . ?theirs coop:hasAgreement ?later ; coop:hasParticipant ?country }
    }
  }
  FILTER (?pairs = "all" || (?pairs = "replaced") = BOUND(?replaced))
  OPTIONAL {
    SELECT DISTINCT ?agreement ?country ?clause (true AS ?refused) WHERE {
      {
        GRAPH seeds:declaration { ?declaration coop:hasAgreement ?agreement ; coop:hasCountry ?country ; coop:inMatter ?declined ; dcterms:type finding:does-not-take-as-basis }
      }
      UNION
      {
        GRAPH seeds:declaration { ?declaration coop:hasAgreement ?convention ; coop:hasCountry ?country ; coop:inMatter ?declined ; dcterms:type finding:does-not-take-as-basis }
        GRAPH seeds:agreement { ?agreement coop:supplements ?convention }
      }
      BIND (STRAFTER(STR(?declined), "/matter/") AS ?clause)
    }
  }
  BIND (?bilateral || BOUND(?replaced) || BOUND(?refused) AS ?alone)
  BIND (STRAFTER(STR(?agreement), "/agreement/") AS ?parties)
  BIND (IF(?alone || ?oneFrom > ?otherFrom, STRAFTER(STR(?one), "/participation/"), ?parties) AS ?asking)
  BIND (IF(?alone || ?oneFrom <= ?otherFrom, STRAFTER(STR(?other), "/participation/"), ?parties) AS ?asked)
  BIND (IF(BOUND(?to) && !?alone, CONCAT(".until-", STR(?to)), "") AS ?until)
  BIND (IRI(CONCAT("https://w3id.org/coopkg/id/basis/", ?asking, ".", ?asked, ".", ?clause, ?until)) AS ?basis)
} ;

# Which matters stand together is said of each basis once, not of each pair.
INSERT { GRAPH graph:bases { ?basis coop:inMatter ?matter } }
WHERE {
  GRAPH graph:bases { ?basis a coop:CooperationBasis ; coop:restsOn ?agreement }
  FILTER NOT EXISTS { GRAPH graph:bases { ?basis coop:inMatter ?any } }
  GRAPH seeds:provision { ?provision dcterms:isPartOf ?agreement ; coop:inMatter ?matter ; coop:hasScope ?scope }
  FILTER (?scope != scope:general)
  FILTER NOT EXISTS { GRAPH seeds:provision { ?provision dcterms:requires ?condition } }
}
