"""The graphs on disk: finished ones in folders named by their digest, one of them current.

A build hands a finished folder over; it becomes current by one rename of a symbolic link, so a reader
sees the old graph or the new one, never a mixture.
"""

import json
import os
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import StoreError
from kg.labels import Labels
from kg.store import Store


@dataclass(frozen=True)
class Graph:
    """A published graph, open for reading.

    Attributes:
        path: folder of the embedded store.
        digest: SHA-256 of its sorted N-Quads, in hexadecimal.
        built: the summary that the build wrote (see `kg.build.Summary`).
        store: the graph.
    """

    path: Path
    digest: str
    built: dict[str, Any]
    store: Store
    _labels: dict[str, Labels] = field(default_factory=dict)

    def labels(self, language: str) -> Labels:
        """The names of things in a language, read once."""
        if language not in self._labels:
            self._labels[language] = Labels(self.store, language)
        return self._labels[language]


class Published:
    """The graphs of one home folder.

    Args:
        home: the folder of the setting `home`.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._lock = threading.Lock()
        self._graph: Graph | None = None

    @property
    def link(self) -> Path:
        """The symbolic link to the current graph's folder."""
        return self.home / "current"

    def current(self) -> Graph:
        """The graph published now; opened again when another one was published.

        Raises:
            StoreError: nothing has been built, or the folder cannot be read.
        """
        try:
            folder = self.home / os.readlink(self.link)
        except OSError:
            raise StoreError(f"there is no graph in {self.home}", "run `coopkg build`") from None
        with self._lock:
            if self._graph is None or self._graph.path.parent != folder:
                self._graph = open_graph(folder)
            return self._graph

    def publish(self, aside: Path, digest: str, keep: int) -> Path:
        """Makes a finished folder the current graph and removes those no longer kept.

        Args:
            aside: the folder that the build has finished; it is moved.
            digest: its digest, which becomes its name.
            keep: number of graphs to keep, the current one included.

        Returns:
            The folder of the published graph.
        """
        folder = self.home / "graphs" / digest
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            shutil.rmtree(aside)
            os.utime(folder)
        else:
            aside.rename(folder)
        beside = self.home / f"current.{os.getpid()}"
        beside.unlink(missing_ok=True)
        beside.symlink_to(Path("graphs") / digest)
        beside.replace(self.link)
        self._prune(folder, keep)
        return folder

    def _prune(self, current: Path, keep: int) -> None:
        """Removes the oldest graphs; a process that still reads one keeps its open files."""
        old = sorted(
            (folder for folder in current.parent.iterdir() if folder != current),
            key=lambda folder: folder.stat().st_mtime,
            reverse=True,
        )
        for folder in old[max(keep - 1, 0) :]:
            # Renamed first: a graph that is removed by halves must not be found again by its digest.
            shutil.rmtree(folder.rename(self.home / f"aside-{folder.name}"))


def open_graph(folder: Path) -> Graph:
    """The graph in a finished folder.

    Raises:
        StoreError: the folder holds no finished graph.
    """
    try:
        built = json.loads((folder / "summary.json").read_text("utf-8"))
    except (OSError, ValueError):
        raise StoreError(f"the folder {folder} holds no finished graph", "run `coopkg build`") from None
    path = folder / "store"
    return Graph(path, built["digest"], built, Store.open(path))
