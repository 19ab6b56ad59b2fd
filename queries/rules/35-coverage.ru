#+ title: Bases of general scope that cover a matter
#+ question: Through which bases is a matter covered between a member state and a third country?
#+ note: A basis of general scope covers its matter unless another one, at least as strong, holds between the same two on all of its days: one is enough to know that a day is covered.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX grade: <https://w3id.org/coopkg/code/grade/>
PREFIX graph: <https://w3id.org/coopkg/graph/>

INSERT { GRAPH graph:bases { ?basis coop:covers ?matter } }
WHERE {
  { SELECT ?basis ?member ?country ?matter WHERE {
      VALUES ?grade { grade:dedicated grade:arrangement }
      GRAPH graph:bases { ?basis coop:hasGrade ?grade ; coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter }
  } }
  MINUS {
    { SELECT ?basis ?grade ?member ?country ?matter ?from ?to WHERE {
        VALUES ?grade { grade:dedicated grade:arrangement }
        GRAPH graph:bases { ?basis coop:hasGrade ?grade ; coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter ; coop:from ?from ; coop:to ?to }
    } }
    { SELECT ?wider ?widerGrade ?member ?country ?matter ?widerFrom ?widerTo WHERE {
        VALUES ?widerGrade { grade:dedicated grade:arrangement }
        GRAPH graph:bases { ?wider coop:hasGrade ?widerGrade ; coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter ; coop:from ?widerFrom ; coop:to ?widerTo }
    } }
    FILTER (?widerFrom <= ?from && ?widerTo >= ?to && (?widerGrade = ?grade || ?widerGrade = grade:dedicated))
    FILTER (?widerFrom < ?from || ?widerTo > ?to || ?widerGrade != ?grade || STR(?wider) < STR(?basis))
  }
}
