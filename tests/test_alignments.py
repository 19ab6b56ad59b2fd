"""The alignments: every term of another vocabulary that they name is a term there, of the kind that we take it for.

The vocabularies' own files come by `tests/fetch_suites.py vocabularies`; without them the comparison is skipped.
"""

import os
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

from kg.vocab import COOP, PREFIXES

ROOT = Path(__file__).parent.parent
OTHERS = ("org", "prov", "dcat")
"""Prefixes of the vocabularies whose own files are compared."""

DCAT = "http://www.w3.org/ns/dcat#"
MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
AXIOMS = (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty)


def alignments() -> rdflib.Graph:
    return rdflib.Graph().parse(ROOT / "ontology" / "alignments.ttl")


def namespace(prefix: str) -> str:
    return DCAT if prefix == "dcat" else PREFIXES[prefix]


def used(prefix: str) -> set[URIRef]:
    return {
        term
        for triple in alignments()
        for term in triple
        if isinstance(term, URIRef) and str(term).startswith(namespace(prefix))
    }


def vocabulary(prefix: str) -> rdflib.Graph:
    file = Path(os.environ.get("COOPKG_SUITES", "/nowhere")) / "vocabularies" / f"{prefix}.nq"
    if not file.is_file():
        pytest.skip(f"{file.name} is not there: python tests/fetch_suites.py --into FOLDER vocabularies")
    triples = [str(quad.triple) + " .\n" for quad in ox.parse(path=str(file), format=ox.RdfFormat.N_QUADS)]
    return rdflib.Graph().parse(data="".join(triples), format="nt")


@pytest.mark.parametrize("prefix", OTHERS)
def test_a_term_of_another_vocabulary_is_a_term_there(prefix: str) -> None:
    theirs = vocabulary(prefix)
    assert used(prefix)
    assert [str(term) for term in sorted(used(prefix)) if (term, RDF.type, None) not in theirs] == []


@pytest.mark.parametrize("prefix", OTHERS)
def test_a_term_has_the_kind_that_we_declare(prefix: str) -> None:
    theirs, ours = vocabulary(prefix), alignments()
    kinds = {OWL.Class: {OWL.Class, RDFS.Class}, OWL.ObjectProperty: {OWL.ObjectProperty}}
    declared = [(term, kind) for term in sorted(used(prefix)) for kind in ours.objects(term, RDF.type) if kind in kinds]
    assert [term for term, kind in declared if not kinds[kind] & set(theirs.objects(term, RDF.type))] == []


@pytest.mark.parametrize("prefix", ["dcat", "geo", "org", "prov", "schema", "wgs84"])
def test_a_vocabulary_is_aligned(prefix: str) -> None:
    graph = alignments()
    targets = {str(target) for relation in (*MATCHES, *AXIOMS) for target in graph.objects(None, relation)}
    assert any(target.startswith(namespace(prefix)) for target in targets) or (prefix == "org" and used("org"))


def test_the_alignments_import_nothing_and_match_only_declared_terms() -> None:
    graph = alignments()
    core = rdflib.Graph().parse(ROOT / "ontology" / "core.ttl")
    assert list(graph.objects(None, OWL.imports)) == []
    ours = {term for relation in MATCHES for term in graph.subjects(relation, None) if str(term).startswith(COOP)}
    assert ours
    assert [term for term in sorted(ours) if (term, RDF.type, None) not in core] == []
