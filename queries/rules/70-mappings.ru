#+ title: What codes correspond to in other lists
#+ question: Which value of EuroVoc, of UNODC's classification of crime or of the priorities of EMPACT does a code of ours correspond to?
#+ note: Only what the table of mappings says, row by row; nothing follows across mappings.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX mapping-relation: <https://w3id.org/coopkg/code/mapping-relation/>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>

INSERT { GRAPH graph:mappings { ?code ?property ?target . ?target skos:prefLabel ?label } }
WHERE {
  VALUES (?relation ?property) {
    (mapping-relation:exact-match skos:exactMatch)
    (mapping-relation:close-match skos:closeMatch)
    (mapping-relation:broad-match skos:broadMatch)
    (mapping-relation:narrow-match skos:narrowMatch)
    (mapping-relation:related-match skos:relatedMatch)
  }
  GRAPH seeds:mapping { ?mapping a sssom:Mapping ; dcterms:subject ?code ; dcterms:type ?relation ; dcterms:relation ?target ; skos:prefLabel ?label }
}
