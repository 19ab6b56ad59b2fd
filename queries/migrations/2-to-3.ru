#+ title: From version 2 of the ontology to version 3
#+ question: How does a graph that was built with the terms of version 2 (2.0.0) say the same in those of version 3?
#+ note: Run it once on a store whose statements are in named graphs. One operation a change, then the same for what citations say a value is of. An absence that a rule computed keeps the name of the rule, which tells it from one that was read in a source. The graph of the ontology is emptied: load ontology/*.ttl of version 3 into it. The table for people is in ontology/README.md.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX schema: <https://schema.org/>

CLEAR SILENT GRAPH graph:ontology ;

DELETE { GRAPH ?graph { ?list coop:hasPostingKind ?kind } }
INSERT { GRAPH ?graph { ?list dcterms:type ?kind } }
WHERE { GRAPH ?graph { ?list coop:hasPostingKind ?kind } } ;

DELETE { GRAPH ?graph { ?provision coop:hasCondition ?condition } }
INSERT { GRAPH ?graph { ?provision dcterms:requires ?condition } }
WHERE { GRAPH ?graph { ?provision coop:hasCondition ?condition } } ;

DELETE { GRAPH ?graph { ?evidence coop:hasMode ?mode } }
INSERT { GRAPH ?graph { ?evidence dcterms:type ?mode } }
WHERE { GRAPH ?graph { ?evidence coop:hasMode ?mode } } ;

DELETE { GRAPH ?graph { ?citation schema:propertyID ?old } }
INSERT { GRAPH ?graph { ?citation schema:propertyID ?new } }
WHERE {
  VALUES (?old ?new) {
    (coop:hasCondition dcterms:requires)
    (coop:hasMode dcterms:type)
    (coop:hasPostingKind dcterms:type)
  }
  GRAPH ?graph { ?citation schema:propertyID ?old }
} ;

DELETE { GRAPH ?graph { ?absence a coop:ImpliedAbsence } }
INSERT { GRAPH ?graph { ?absence a coop:Absence } }
WHERE { GRAPH ?graph { ?absence a coop:ImpliedAbsence } } ;

DELETE WHERE { GRAPH ?graph { ?relation a coop:DatedRelation } }
