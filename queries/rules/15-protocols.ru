#+ title: A protocol binds while its parent does
#+ question: Between which days is a party to a protocol bound by the convention or treaty that it supplements too?
#+ note: The interval of a participation in a protocol is cut to that of the same party in the parent, and taken away where the party is not seen to be bound by the parent on any of its days. Without a recorded party of the parent nothing is known of it, and nothing is cut.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { GRAPH graph:intervals { ?own coop:from ?ownFrom . ?own coop:to ?ownTo } }
INSERT { GRAPH graph:intervals { ?own coop:from ?from . ?own coop:to ?to . ?own coop:hasProof ?proof } }
WHERE {
  GRAPH seeds:agreement { ?protocol coop:supplements ?parent }
  GRAPH seeds:participation { ?own coop:hasAgreement ?protocol ; coop:hasParticipant ?party }
  GRAPH graph:intervals { ?own coop:from ?ownFrom . OPTIONAL { ?own coop:to ?ownTo } }
  { SELECT DISTINCT ?parent WHERE {
      GRAPH seeds:agreement { ?protocol coop:supplements ?parent }
      GRAPH seeds:participation { ?any coop:hasAgreement ?parent }
      GRAPH graph:intervals { ?any coop:from ?known }
  } }
  OPTIONAL {
    SELECT ?parent ?party (MIN(?start) AS ?parentFrom) (MAX(?end) AS ?parentTo) (SAMPLE(?above) AS ?parentProof) WHERE {
      GRAPH seeds:agreement { ?protocol coop:supplements ?parent }
      GRAPH seeds:participation { ?above coop:hasAgreement ?parent ; coop:hasParticipant ?party }
      GRAPH graph:intervals { ?above coop:from ?start . OPTIONAL { ?above coop:to ?last } }
      BIND (COALESCE(?last, "9999-12-31"^^xsd:date) AS ?end)
    } GROUP BY ?parent ?party
  }
  BIND (COALESCE(?ownTo, "9999-12-31"^^xsd:date) AS ?ownEnd)
  FILTER (!BOUND(?parentFrom) || ?parentFrom > ?ownFrom || ?parentTo < ?ownEnd)
  BIND (IF(?parentFrom > ?ownFrom, ?parentFrom, ?ownFrom) AS ?latest)
  BIND (IF(?parentTo < ?ownEnd, ?parentTo, ?ownEnd) AS ?earliest)
  BIND (IF(?latest <= ?earliest, ?latest, ?none) AS ?from)
  BIND (IF(BOUND(?from) && ?earliest < "9999-12-31"^^xsd:date, ?earliest, ?none) AS ?to)
  BIND (IF(BOUND(?from), ?parentProof, ?none) AS ?proof)
}
