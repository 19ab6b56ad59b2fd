"""Queries that run under a name, so that whoever asked can end them; also where several processes serve the site.

A run has an empty file while it runs. To end it is to take the file away: the process that waits for the
answer sees that within a tenth of a second and kills the worker. Nobody can end a run whose name he does
not know, and nothing is left where there is no run.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import UsageError

NAME = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A UUID, drawn at random by whoever asks."""


def folder() -> Path:
    """The folder of the files: of this user alone, emptied by the machine as all of its temporary files."""
    place = Path(tempfile.gettempdir()) / f"coopkg-runs-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    if place.stat().st_uid != os.getuid():
        raise PermissionError(f"{place} belongs to somebody else")
    return place


def file_of(name: str) -> Path:
    """The file of a run.

    Raises:
        UsageError: the name is no UUID.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"'{name[:40]}' is no name of a run", "draw a UUID at random, in lower-case letters")
    return folder() / name


@contextmanager
def named(name: str) -> Iterator[Path]:
    """Keeps the file of a run while the block runs.

    Raises:
        UsageError: the name is no UUID, or another run has it.
    """
    file = file_of(name)
    try:
        file.touch(exist_ok=False)
    except FileExistsError:
        raise UsageError("a run of this name is under way", "draw another name") from None
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


def end(name: str) -> bool:
    """Ends a run.

    Returns:
        Whether there was one.

    Raises:
        UsageError: the name is no UUID.
    """
    try:
        file_of(name).unlink()
        return True
    except FileNotFoundError:
        return False
