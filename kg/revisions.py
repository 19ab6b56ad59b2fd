"""What changed in the facts from one kept build to the next: which records came, changed or went.

A record is what a row of the tables became. What the rules derive from the facts is not compared here;
the ledger (`kg.ledger`) says what changed in positions and gaps. The comparison of two builds takes
seconds; it is made once and kept beside the newer one.
"""

import datetime
import json
import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kg.errors import StoreError
from kg.published import Graph, Kept, Published
from kg.vocab import GRAPH

KINDS = ("added", "changed", "removed")


@dataclass(frozen=True)
class Revision:
    """What one build changed.

    Attributes:
        digest: the build.
        published: the moment at which it was published (UTC).
        before: digest of the build before it.
        changes: kind (one of `KINDS`), table and IRI of every record that differs, sorted by table and IRI.
    """

    digest: str
    published: datetime.datetime
    before: str
    changes: tuple[tuple[str, str, str], ...]

    def counts(self) -> dict[str, int]:
        """Number of changes by kind."""
        return {kind: sum(1 for change in self.changes if change[0] == kind) for kind in KINDS}


def revisions(home: Path) -> list[Revision]:
    """What each kept build changed against the one before it, newest first; the oldest has none before it.

    Args:
        home: the folder of the setting `home`.

    Raises:
        StoreError: a build cannot be read, or the comparison cannot be written.
    """
    published = Published(home)
    kept = published.kept()
    return [_revision(published, newer, older) for newer, older in pairwise(kept)]


def _revision(published: Published, newer: Kept, older: Kept) -> Revision:
    folder = published.beside(newer.digest)
    path = folder / f"since-{older.digest}.json"
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        found = compared(published.build(older.digest), published.build(newer.digest))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            aside = path.with_name(f"{path.name}.{os.getpid()}")
            aside.write_text(json.dumps(found), "utf-8")
            aside.replace(path)
        except OSError as problem:
            raise StoreError(f"{folder} cannot be written: {problem}", "let the site write beside its builds") from None
    return Revision(
        newer.digest, newer.published, older.digest, tuple((kind, table, iri) for kind, table, iri in found)
    )


def compared(older: Graph, newer: Graph) -> list[tuple[str, str, str]]:
    """Kind, table and IRI of every record in which two builds differ, sorted by table and IRI."""
    found = []
    prefix = GRAPH + "seeds/"
    names = {name for graph in (older, newer) for name in graph.store.graphs() if name.startswith(prefix)}
    for name in sorted(names):
        then, now = (set(graph.store.dump_graph(name).splitlines()) for graph in (older, newer))
        if then == now:
            continue
        before, after = ({line.split(b" ", 1)[0] for line in lines} for lines in (then, now))
        for subject in sorted({line.split(b" ", 1)[0] for line in then ^ now}):
            kind = "added" if subject not in before else "removed" if subject not in after else "changed"
            found.append((kind, name.removeprefix(prefix), subject[1:-1].decode("utf-8")))
    return found
