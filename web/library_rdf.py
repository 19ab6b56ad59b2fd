"""The library in RDF: every saved question as a `sh:SPARQLExecutable`, with the endpoint that it is for."""

import functools

from rdflib import Graph, URIRef
from rdflib.namespace import Namespace

from kg.rulebook import PREFIXES_IRI, RULES_GRAPH, query_iri
from kg.vocab import PREFIXES, expand
from web.reading import Reading

FORMS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
NAMES = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
}


@functools.lru_cache(8)
def described(reading: Reading, name: str, endpoint: str, media_type: str) -> bytes:
    """The description of one question, or of all where the name is empty.

    Args:
        reading: the graph.
        name: name of a question.
        endpoint: whole address of the SPARQL endpoint, which the questions are for.
        media_type: one of `FORMS`.
    """
    whole = _rules(reading)
    graph = Graph()
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, Namespace(namespace), replace=True)
    executable = URIRef(expand("sh:SPARQLExecutable"))
    chosen = [URIRef(query_iri(name))] if name else list(whole.subjects(URIRef(expand("rdf:type")), executable))
    for question in chosen:
        graph += whole.triples((question, None, None))
        graph.add((question, URIRef(expand("schema:target")), URIRef(endpoint)))
    prefixes = URIRef(PREFIXES_IRI)
    for declared in whole.objects(prefixes, URIRef(expand("sh:declare"))):
        graph.add((prefixes, URIRef(expand("sh:declare")), declared))
        graph += whole.triples((declared, None, None))
    return graph.serialize(format=NAMES[media_type], encoding="utf-8")


@functools.lru_cache(2)
def _rules(reading: Reading) -> Graph:
    """The rules and questions as the graph has them."""
    quads = reading.graph.store.dump_graph(RULES_GRAPH)
    return Graph().parse(data=quads.replace(f" <{RULES_GRAPH}> .\n".encode(), b" .\n"), format="nt")
