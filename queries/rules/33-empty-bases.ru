#+ title: Bases that hold on no day
#+ question: Which bases were refused or replaced before they began?
#+ note: They never were a basis, so they are taken away.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX graph: <https://w3id.org/coopkg/graph/>

DELETE { GRAPH graph:bases { ?basis ?property ?value } }
WHERE {
  GRAPH graph:bases { ?basis coop:to ?to ; coop:from ?from }
  FILTER (?to < ?from)
  GRAPH graph:bases { ?basis ?property ?value }
}
