#+ title: From version 3 of the ontology to version 4
#+ question: How does a graph that was built with the terms of version 3 (3.1.0) say the same in those of version 4?
#+ note: Run it once on a store whose statements are in named graphs. The scores that one edition of an index gives a country are one observation with a property for each indicator, which is the indicator's own code; before, each score was a record of its own. What was stated of all of them (source, day, confidence) is stated of the observation once. The graph of the ontology is emptied: load ontology/*.ttl of version 4 into it. The table for people is in ontology/README.md.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX schema: <https://schema.org/>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>

CLEAR SILENT GRAPH graph:ontology ;

INSERT { GRAPH seeds:code { ?indicator a qb:MeasureProperty } }
WHERE { GRAPH ?graph { ?score a schema:Rating ; dcterms:subject ?indicator } } ;

DELETE { GRAPH ?graph { ?score ?property ?value } }
INSERT { GRAPH ?graph { ?edition a qb:Observation ; ?indicator ?rating ; ?said ?kept } }
WHERE {
  GRAPH ?graph {
    ?score a schema:Rating ; coop:hasCountry ?country ; sdmx-dimension:refPeriod ?year ; dcterms:subject ?indicator ; schema:ratingValue ?rating .
    ?score ?property ?value .
  }
  BIND (IF(?property IN (dcterms:subject, schema:ratingValue) || ?value = schema:Rating, ?nothing, ?property) AS ?said)
  BIND (IF(BOUND(?said), ?value, ?nothing) AS ?kept)
  BIND (IRI(CONCAT("https://w3id.org/coopkg/id/crime-index/", LCASE(STRAFTER(STR(?country), "/country/")), "-", STR(?year))) AS ?edition)
}
