"""The alignments: every term of another vocabulary that they name is a term there, and nothing they say contradicts it.

The vocabularies' own files come by `tests/fetch_suites.py vocabularies eli`; without them the comparison is skipped.
"""

import functools
import os
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

from kg import reason
from kg.store import Store
from kg.vocab import COOP, PREFIXES

ROOT = Path(__file__).parent.parent
FILES = {
    "dcat": "dcat.nq",
    "eli": "../eli/eli.ttl",
    "geo": "geo.nq",
    "org": "org.nq",
    "prov": "prov.nq",
    "schema": "schema.nq",
    "wgs84": "wgs.nq",
}
"""The vocabularies whose own files are compared, by prefix."""

NAMESPACES = PREFIXES | {"dcat": "http://www.w3.org/ns/dcat#", "eli": "http://data.europa.eu/eli/ontology#"}
MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
AXIOMS = (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty)
CLASSES = {OWL.Class, RDFS.Class}
RELATIONS, ATTRIBUTES = {OWL.ObjectProperty}, {OWL.DatatypeProperty}


@functools.cache
def ours() -> rdflib.Graph:
    """The alignments with the ontology that they speak of."""
    return rdflib.Graph().parse(ROOT / "ontology" / "alignments.ttl").parse(ROOT / "ontology" / "core.ttl")


@functools.cache
def used(prefix: str) -> frozenset[URIRef]:
    alignments = rdflib.Graph().parse(ROOT / "ontology" / "alignments.ttl")
    terms = {term for triple in alignments for term in triple if isinstance(term, URIRef)}
    return frozenset(term for term in terms if str(term).startswith(NAMESPACES[prefix]))


@functools.cache
def ntriples(prefix: str) -> str:
    """A vocabulary's own file; schema.org prints its names with http, and means the same with https."""
    file = Path(os.environ.get("COOPKG_SUITES", "/nowhere")) / "vocabularies" / FILES[prefix]
    if not file.is_file():
        pytest.skip(f"{file.name} is not there: python tests/fetch_suites.py --into FOLDER vocabularies eli")
    form = ox.RdfFormat.N_QUADS if file.suffix == ".nq" else ox.RdfFormat.TURTLE
    text = "".join(sorted({f"{quad.triple} .\n" for quad in ox.parse(path=str(file), format=form)}))
    return text.replace("<http://schema.org/", "<https://schema.org/")


@functools.cache
def vocabulary(prefix: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=ntriples(prefix), format="nt")


def kinds(graph: rdflib.Graph, term: URIRef) -> set[str]:
    """What a term is: a class, a relation to things, an attribute with values, or either of these.

    Of schema.org every property may have a text where it expects a thing, as its data model says, and a URL may
    be either.
    """
    types = set(graph.objects(term, RDF.type))
    ranges = set(graph.objects(term, URIRef("https://schema.org/rangeIncludes")))
    texts = {URIRef("https://schema.org/" + name) for name in ("Text", "Date", "DateTime", "Integer", "Number")}
    found = {"class"} if types & CLASSES else set()
    found |= {"relation"} if types & RELATIONS or ranges - texts else set()
    found |= {"attribute"} if types & ATTRIBUTES or ranges else set()
    return found or ({"relation", "attribute"} if RDF.Property in types else set())


@pytest.mark.parametrize("prefix", FILES)
def test_a_term_of_another_vocabulary_is_a_term_there(prefix: str) -> None:
    theirs = vocabulary(prefix)
    assert used(prefix)
    assert [str(term) for term in sorted(used(prefix)) if not kinds(theirs, term)] == []


@pytest.mark.parametrize("prefix", FILES)
def test_a_term_has_a_kind_that_it_has_there(prefix: str) -> None:
    theirs = vocabulary(prefix)
    wrong = [
        (str(term), declared, kinds(theirs, term))
        for term in sorted(used(prefix))
        if (declared := kinds(ours(), term)) and not declared & kinds(theirs, term)
    ]
    assert wrong == []


@pytest.mark.parametrize("prefix", FILES)
def test_like_corresponds_to_like(prefix: str) -> None:
    """A class to a class, a relation between things to one, an attribute to one."""
    theirs = vocabulary(prefix)
    pairs = [
        (str(own), str(other))
        for relation in (*MATCHES, *AXIOMS)
        for own, other in ours().subject_objects(relation)
        if other in used(prefix) and isinstance(own, URIRef)
    ]
    assert pairs or prefix == "org"
    assert [pair for pair in pairs if not kinds(ours(), URIRef(pair[0])) & kinds(theirs, URIRef(pair[1]))] == []


@pytest.mark.parametrize("prefix", FILES)
def test_the_graph_fits_the_domains_and_ranges_of_a_vocabulary(prefix: str, world: Store) -> None:
    """With the vocabulary's own axioms, no record of the made-up world falls into two classes that exclude each other there."""
    without_ours = b"".join(
        line
        for line in reason.object_triples(world.dump()).splitlines(keepends=True)
        if b"AllDisjointClasses" not in line
    )
    theirs = "".join(line + "\n" for line in ntriples(prefix).splitlines() if line.endswith("> .") and "_:" not in line)
    assert [str(issue) for issue in reason.clashes(without_ours + theirs.encode("utf-8"))] == []


def test_a_record_against_a_range_would_be_found(world: Store) -> None:
    """What the test above rests on: PROV-O says that a basis, being derived, is no activity."""
    planted = "".join(
        f"<https://w3id.org/coopkg/id/planted> {predicate} .\n"
        for predicate in (
            f"<{RDF.type}> <{COOP}CooperationBasis>",
            f"<{RDF.type}> <http://www.w3.org/ns/prov#Activity>",
        )
    )
    theirs = "".join(line + "\n" for line in ntriples("prov").splitlines() if line.endswith("> .") and "_:" not in line)
    found = reason.clashes(reason.object_triples(world.dump()) + (theirs + planted).encode("utf-8"))
    assert [issue.record for issue in found] == ["https://w3id.org/coopkg/id/planted"]


@pytest.mark.parametrize("prefix", FILES)
def test_a_vocabulary_is_aligned(prefix: str) -> None:
    targets = {str(target) for relation in (*MATCHES, *AXIOMS) for target in ours().objects(None, relation)}
    assert any(target.startswith(NAMESPACES[prefix]) for target in targets)


def test_the_alignments_import_nothing_and_match_only_declared_terms() -> None:
    assert list(ours().objects(None, OWL.imports)) == []
    own = {term for relation in MATCHES for term in ours().subjects(relation, None) if str(term).startswith(COOP)}
    assert own
    assert [term for term in sorted(own) if (term, RDF.type, None) not in ours()] == []
