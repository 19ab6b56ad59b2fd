"""What the workers of a build do: with a piece of the facts, or with one of their parts (see `kg.parts`).

Facts come in files of N-Quads and conclusions go to files of sorted N-Quads, so that no process holds
them all. A file of conclusions stands there whole or not at all, so that it can be waited for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg import reason, tables, validate
from kg.findings import placed
from kg.issue import Issue
from kg.store import Store
from kg.vocab import COOP, COUNTRY, GRAPH, seeds_graph

COMPUTED = "basis.ttl"
"""Shapes of the computed bases, which one rule writes alike. The test suite holds them against their
shape; a build asks the hygiene query `basis-incomplete` instead, which takes a moment."""

NEWLINE = b"\n"
COUNTRIES_GRAPH = seeds_graph("country")
OF_COUNTRY = f" <{COOP}hasCountry> ".encode("ascii")


BASES = f"""SELECT (SUM(?member_states * ?countries) AS ?pairs) WHERE {{
  {{ SELECT ?basis (COUNT(*) AS ?member_states) WHERE {{ GRAPH <{GRAPH}bases> {{ ?basis <{COOP}hasMemberState> ?one }} }} GROUP BY ?basis }}
  {{ SELECT ?basis (COUNT(*) AS ?countries) WHERE {{ GRAPH <{GRAPH}bases> {{ ?basis <{COOP}hasCountry> ?one }} }} GROUP BY ?basis }}
}}"""
"""A basis holds between each of its member states and each of its countries, of which a part has some."""


@dataclass(frozen=True)
class Concluded:
    """What was concluded from one part.

    Attributes:
        rules: statements that each rule added, by name of the rule.
        bases: pairs of a member state and a third country, once for each basis that the two have.
        pending: instruments on their way among what was kept.
        absences: implied absences among what was kept.
        issues: what the hygiene queries found.
    """

    rules: dict[str, int]
    bases: int
    pending: int
    absences: int
    issues: list[Issue]


def settle(facts: Path, sorted_facts: Path) -> None:
    """Writes N-Quads of the project's own making sorted, no line twice.

    They are lines as the store gives them back already, so that what is digested is what is stored.

    Args:
        facts: a file of N-Quads.
        sorted_facts: the file to write.
    """
    _write(sorted_facts, b"".join(sorted(set(facts.read_bytes().splitlines(keepends=True)))))


def close(facts: list[Path], closure: Path) -> None:
    """Writes the OWL 2 RL closure of the facts of a part, without the figures, from which nothing new follows.

    Args:
        facts: files of N-Quads.
        closure: the file to write it to, sorted.
    """
    _write(
        closure, reason.closure(b"".join(reason.object_triples(file.read_bytes(), reason.FIGURES) for file in facts))
    )


def conclude(facts: list[Path], data: Path, countries: frozenset[str], derived: Path) -> Concluded:
    """Runs the rules over the facts of a part, and the hygiene queries over facts and conclusions.

    Args:
        facts: files of N-Quads.
        data: the folder with `queries`.
        countries: alpha-3 codes of the countries that the part answers for; what is concluded about
            another asked country is left out.
        derived: file to write the conclusions to, sorted. It is there before the hygiene queries begin.
    """
    store = _store(facts)
    asserted = set(store.graphs())
    others = _without_others(store, countries)
    added, before = {}, len(store)
    for rule in reason.rules(data / "queries" / "rules"):
        store.update(rule.read_text("utf-8"))
        after = len(store)
        added[rule.stem], before = after - before, after
    kept = b"".join(
        sorted(
            line
            for graph in store.graphs()
            if graph not in asserted
            for line in own(store.dump_graph(graph).splitlines(keepends=True), countries)
        )
    )
    _write(derived, kept)
    bases = int(store.select(BASES)[0].get("pairs", 0))
    store.load_quads(others)

    def count(kind: str) -> int:
        return kept.count(f"> <{COOP}{kind}> <".encode("ascii"))

    return Concluded(
        added,
        bases,
        count("PendingBasis"),
        count("Absence"),
        validate.hygiene(store, data / "queries" / "checks"),
    )


def _without_others(store: Store, countries: Iterable[str]) -> bytes:
    """Takes other countries out of the table of countries, so that rules do not conclude about them in vain.

    Returns:
        What was taken out, as N-Quads.
    """
    mine = {f"<{COUNTRY}{code}>".encode("ascii") for code in countries}
    lines = store.dump_graph(COUNTRIES_GRAPH).splitlines(keepends=True)
    others = [line for line in lines if line.split(b" ", 1)[0] not in mine]
    for iri in sorted({line.split(b" ", 1)[0].decode("ascii") for line in others}):
        store.update(f"DELETE WHERE {{ GRAPH <{COUNTRIES_GRAPH}> {{ {iri} ?property ?value }} }}")
    return b"".join(others)


def own(lines: list[bytes], countries: Iterable[str]) -> list[bytes]:
    """N-Quads lines without those of things that are about an asked country other than these."""
    mine = {f"<{COUNTRY}{code}>".encode("ascii") for code in countries}
    foreign = {line.split(b" ", 1)[0] for line in lines if OF_COUNTRY in line and line.split(b" ", 3)[2] not in mine}
    return [line for line in lines if line.split(b" ", 1)[0] not in foreign] if foreign else lines


def judge(facts: list[Path], data: Path) -> list[Issue]:
    """What shapes and HermiT find about the facts of a part.

    HermiT gets them without the tables of figures, whose rows are alike, and without definitions, which
    exclude nothing; the test suite gives it all.

    Args:
        facts: files of N-Quads.
        data: the folder with `seeds` and `shapes`.
    """
    shapes = [file for file in sorted((data / "shapes").glob("*.ttl")) if file.name != COMPUTED]
    catalogue = tables.load(data / "seeds")
    rows = catalogue.locate()
    found = placed(validate.shapes(_store(facts), shapes, rows), rows, catalogue)
    triples = b"".join(reason.object_triples(file.read_bytes(), reason.FIGURES) for file in facts)
    return found + placed(reason.inconsistencies(reason.without_definitions(triples)), rows, catalogue)


def _write(file: Path, content: bytes) -> None:
    """Writes a file that another process may wait for: it is there as soon as it is whole, and not before."""
    begun = file.with_suffix(".begun")
    begun.write_bytes(content)
    begun.rename(file)


def _store(facts: list[Path]) -> Store:
    store = Store.memory()
    for file in facts:
        store.load_file(file)
    return store
