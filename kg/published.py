"""The graphs on disk: finished ones in folders named by their digest, one of them current.

A build hands a finished folder over; it becomes current by one rename of a symbolic link, so a reader
sees the old graph or the new one, never a mixture.
"""

import datetime
import json
import os
import re
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import NotFound, StoreError, UsageError
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

    @property
    def queries(self) -> Path:
        """The folder of the questions and rules that this build was made with.

        Raises:
            NotFound: the build was made by a version that did not keep them.
        """
        folder = self.path.parent / "queries"
        if not folder.is_dir():
            raise NotFound(
                f"the build {self.digest[:12]} does not keep the questions it was made with", "run `coopkg build` again"
            )
        return folder

    @property
    def shapes(self) -> Path:
        """The folder of the shapes that this build was held against; it need not exist."""
        return self.path.parent / "shapes"

    def labels(self, language: str) -> Labels:
        """The names of things in a language, read once."""
        if language not in self._labels:
            self._labels[language] = Labels(self.store, language)
        return self._labels[language]


@dataclass(frozen=True)
class Kept:
    """A build that is kept: its digest, and the moment at which it was last published (UTC)."""

    digest: str
    published: datetime.datetime


class Published:
    """The graphs of one home folder.

    Args:
        home: the folder of the setting `home`.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._lock = threading.Lock()
        self._graph: Graph | None = None
        self._earlier: dict[str, Graph] = {}

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

    def kept(self) -> list[Kept]:
        """The builds that are kept, the current one first, then the newest."""
        try:
            folders = [folder for folder in (self.home / "graphs").iterdir() if (folder / "summary.json").is_file()]
            current = Path(os.readlink(self.link)).name
        except OSError:
            return []
        found = [
            Kept(folder.name, datetime.datetime.fromtimestamp(int(folder.stat().st_mtime), datetime.UTC))
            for folder in folders
        ]
        return sorted(found, key=lambda kept: (kept.digest == current, kept.published), reverse=True)

    def build(self, digest: str) -> Graph:
        """The graph with this digest, the current one or an earlier one that is kept.

        Raises:
            UsageError: the text is no digest.
            NotFound: there is no such build, or it is no longer kept.
        """
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise UsageError(f"'{digest[:70]}' names no build", "write the 64 hexadecimal digits of its digest")
        graph = self.current()
        if graph.digest == digest:
            return graph
        folder = self.home / "graphs" / digest
        if not (folder / "summary.json").is_file():
            self._earlier.pop(digest, None)
            raise NotFound(
                f"the build {digest[:12]} is not kept here, or was never made here",
                "ask the build of today, or one that the page /data lists",
            )
        with self._lock:
            if digest not in self._earlier:
                self._earlier[digest] = open_graph(folder)
            return self._earlier[digest]

    def beside(self, digest: str) -> Path:
        """The folder for what is made from a build after it was published, such as dumps; it goes when the build goes."""
        return self.home / "beside" / digest

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
            for name in ("queries", "shapes"):  # a build made before these were kept gets them now
                if (aside / name).is_dir() and not (folder / name).exists():
                    (aside / name).rename(folder / name)
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
            if self.beside(folder.name).exists():
                shutil.rmtree(self.beside(folder.name))


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
