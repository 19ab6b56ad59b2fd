"""The ontology's files as triples."""

from pathlib import Path

from rdflib import Graph
from rdflib.compare import to_canonical_graph

from kg.vocab import BASE


def ontology(folder: Path) -> bytes:
    """The triples of all Turtle files in a folder, as sorted N-Triples.

    Blank nodes (lists of disjoint classes) get an IRI made from what they say, so that the same
    ontology gives the same bytes.
    """
    graph = Graph()
    for file in sorted(folder.glob("*.ttl")):
        graph.parse(file)
    named = to_canonical_graph(graph).skolemize(authority=BASE, basepath=BASE + "genid/")
    lines = named.serialize(format="nt").splitlines(keepends=True)
    return "".join(sorted(lines)).encode("utf-8")
