"""What the query service says of itself, in the terms of SPARQL 1.1 Service Description."""

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, RDFS

from kg.answers import TABLES, TRIPLES, negotiate
from kg.store import Store, converted

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
GIVEN = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "RDF_XML", "JSON-LD"),
)
"""The forms of answers, by W3C's list of formats."""
assert len(GIVEN) == len(TABLES) + len(TRIPLES)


def description(store: Store, address: str) -> Graph:
    """The description of the service.

    Args:
        store: the graph that is asked.
        address: the service's own address, as its clients see it.
    """
    graph = Graph()
    graph.bind("sd", SD)
    service, dataset, union = URIRef(address), BNode("dataset"), BNode("union")
    graph.add((service, RDF.type, SD.Service))
    graph.add((service, SD.endpoint, service))
    graph.add((service, RDFS.label, Literal("SPARQL query service of coopkg", lang="en")))
    graph.add((service, RDFS.label, Literal("Service de requêtes SPARQL de coopkg", lang="fr")))
    graph.add((service, SD.supportedLanguage, SD.SPARQL11Query))
    graph.add((service, SD.feature, SD.UnionDefaultGraph))
    for name in GIVEN:
        graph.add((service, SD.resultFormat, FORMATS[name]))
    graph.add((service, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, SD.defaultGraph, union))
    graph.add((union, RDF.type, SD.Graph))
    for iri in store.graphs():
        named = BNode()
        graph.add((dataset, SD.namedGraph, named))
        graph.add((named, RDF.type, SD.NamedGraph))
        graph.add((named, SD.name, URIRef(iri)))
    return graph


def described(store: Store, address: str, accept: str) -> tuple[bytes, str]:
    """The same as bytes in the form that an Accept header names (Turtle where it names none), and their media type."""
    media_type = negotiate(accept, list(TRIPLES))
    return converted(description(store, address).serialize(format="nt", encoding="utf-8"), media_type), media_type
