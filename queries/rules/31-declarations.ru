#+ title: Declarations that refuse a convention as a basis
#+ question: Between which days is a convention no basis, because the country asked has declared that it does not take it as one?
#+ note: United Nations Convention against Transnational Organized Crime, article 16(5); Convention against Corruption, article 44(6). The declaration of the country that is asked counts, under the convention itself or under the one that a protocol supplements. It ends the basis the day before it; once withdrawn, it lets the basis begin the day after.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX finding: <https://w3id.org/coopkg/code/declaration-finding/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { GRAPH graph:bases { ?basis coop:from ?start . ?basis coop:to ?end } }
INSERT { GRAPH graph:bases { ?basis coop:from ?from . ?basis coop:to ?to . ?basis coop:hasProof ?declaration } }
WHERE {
  GRAPH seeds:declaration { ?declaration coop:hasAgreement ?convention ; coop:hasCountry ?country ; coop:inMatter ?matter ; dcterms:type finding:does-not-take-as-basis }
  { SELECT ?agreement ?convention WHERE { { GRAPH seeds:agreement { ?convention a coop:Agreement } BIND (?convention AS ?agreement) } UNION { GRAPH seeds:agreement { ?agreement coop:supplements ?convention } } } }
  GRAPH graph:bases { ?basis coop:restsOn ?agreement ; coop:hasCountry ?country ; coop:inMatter ?matter ; coop:from ?start }
  OPTIONAL { GRAPH graph:bases { ?basis coop:to ?end } }
  OPTIONAL { GRAPH seeds:declaration { ?declaration coop:sinceEarliest ?declared } }
  OPTIONAL { GRAPH seeds:declaration { ?declaration coop:untilLatest ?withdrawn } }
  # Less a day less than none: Oxigraph adds nothing to a day before 2000.
  BIND (IF(BOUND(?withdrawn) && ?withdrawn >= ?start, ?withdrawn - "-P1D"^^xsd:dayTimeDuration, ?start) AS ?from)
  BIND (IF(BOUND(?withdrawn), ?none, COALESCE(?declared - "P1D"^^xsd:dayTimeDuration, "0001-01-01"^^xsd:date)) AS ?refused)
  BIND (COALESCE(IF(?refused < ?end, ?refused, ?end), ?refused, ?end) AS ?to)
}
