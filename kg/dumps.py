"""The whole graph as files to take away: N-Quads, TriG and JSON-LD, packed by gzip, with their SHA-256.

They are made after the build, when the site has started or somebody asks, and kept beside it. The N-Quads are sorted, each line
once, so that their SHA-256 before packing is the digest of the graph: anybody can check that the file is
that very graph.
"""

import gzip
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import NotFound, StoreError
from kg.published import Graph, Published

FORMS = {"nq": "application/n-quads", "trig": "application/trig", "jsonld": "application/ld+json"}
"""The forms by suffix, with their media types."""

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Dump:
    """One file: its form (a key of `FORMS`), its path, its size in bytes and the SHA-256 of the packed file."""

    form: str
    path: Path
    size: int
    sha256: str


def file_name(form: str) -> str:
    """The name of the file of a form.

    Raises:
        NotFound: there is no such form.
    """
    if form not in FORMS:
        raise NotFound(f"the graph is not given as '{form[:20]}'", f"take one of {', '.join(FORMS)}")
    return f"coopkg.{form}.gz"


def made(published: Published, digest: str) -> list[Dump]:
    """The dumps of a build that are there, in the order of `FORMS`; none where they have not all been made."""
    folder = published.beside(digest)
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except OSError:
        return []
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    paths = {form: folder / file_name(form) for form in FORMS}
    return [Dump(form, path, path.stat().st_size, sums[path.name]) for form, path in paths.items() if path.is_file()]


def make(published: Published, digest: str) -> list[Dump]:
    """Makes the dumps of a build that is kept, or gives those that are there.

    Args:
        published: the home folder that keeps it.
        digest: the digest of the build.

    Raises:
        NotFound: the build is not kept.
        StoreError: the files cannot be written.
    """
    if found := made(published, digest):
        return found
    graph = published.build(digest)
    folder = published.beside(digest)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sums = [f"{_packed(folder / file_name(form), form, graph)}  {file_name(form)}\n" for form in FORMS]
        _whole(folder / SUMS, lambda file: file.write("".join(sums).encode("utf-8")))
    except OSError as problem:
        raise StoreError(
            f"the dumps of {digest[:12]} cannot be written: {problem}",
            "run `coopkg dump` where the folder can be written",
        ) from None
    return made(published, digest)


def copied(published: Published, digest: str, folder: Path | None) -> list[Path]:
    """The dumps and the file of their checksums, made where they are missing, in a folder (None: where they are kept).

    Raises:
        NotFound: the build is not kept.
        StoreError: the files cannot be written.
    """
    paths = [dump.path for dump in make(published, digest)] + [published.beside(digest) / SUMS]
    if folder is None:
        return paths
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.copyfile(path, folder / path.name)) for path in paths]
    except OSError as problem:
        raise StoreError(f"{folder} cannot be written: {problem}", "name another folder") from None


def _packed(path: Path, form: str, graph: Graph) -> str:
    """Writes the graph in one form; the SHA-256 of the file."""

    def write(file: BinaryIO) -> None:
        # neither a name nor a time in the header: the same graph gives the same bytes
        with gzip.GzipFile("", "wb", 6, file, 0) as packed:
            out = cast(BinaryIO, packed)
            if form == "nq":
                out.writelines(sorted(graph.store.dump().splitlines(keepends=True)))
            else:
                graph.store.dump_to(out, FORMS[form])

    _whole(path, write)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes a file aside and puts it in place by a rename, so that nobody reads half of it."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        write(file)
    aside.replace(path)
