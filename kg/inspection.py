"""All findings about a folder of tables: checks, shapes, hygiene queries and HermiT, as a build would have them.

Nothing is written or published. Where the tables cannot be read, or have errors, the graph is not made.
"""

from pathlib import Path

from kg import check, reason, tables, validate
from kg.entry import COMPUTED
from kg.findings import placed
from kg.issue import Issue, errors
from kg.ontology import ontology
from kg.rulebook import rulebook
from kg.statements import everything
from kg.store import Store
from kg.vocab import ONTOLOGY_GRAPH


def inspect(seeds: Path, data: Path) -> list[Issue]:
    """All findings, each with file, row and column where it names a record.

    Args:
        seeds: the folder of tables.
        data: the folder that holds `ontology`, `shapes` and `queries`.

    Raises:
        SeedError: the folder is none of tables.
    """
    catalogue = tables.load(seeds)
    found = check.issues(catalogue)
    if errors(found):
        return found
    store = Store.memory()
    store.load_triples(ontology(data / "ontology"), ONTOLOGY_GRAPH)
    store.load_quads(rulebook(data / "queries"))
    store.load_quads("".join(everything(catalogue.of_graph())).encode("utf-8"))
    files = [file for file in sorted((data / "shapes").glob("*.ttl")) if file.name != COMPUTED]
    rows = catalogue.locate()
    later = validate.shapes(store, files, rows)
    later += reason.inconsistencies(reason.object_triples(store.dump(), reason.FIGURES))
    for rule in reason.rules(data / "queries" / "rules"):
        store.update(rule.read_text("utf-8"))
    later += validate.hygiene(store, data / "queries" / "checks")
    return sorted([*found, *placed(later, rows, catalogue)])
