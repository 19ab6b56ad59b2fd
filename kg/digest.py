"""The digest of a graph that need not fit into memory: SHA-256 of its sorted N-Quads lines, each taken once."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

BLOCK = 64 << 20
"""Bytes of all files together that are compared at a time."""


def of_sorted(files: list[Path], block: int = BLOCK) -> tuple[str, int]:
    """The digest of the lines in files of which each is sorted, and the number of different lines.

    The same as `LC_ALL=C sort -u FILES | sha256sum`.

    Args:
        files: sorted files of lines.
        block: bytes of all files together that are held at a time.
    """
    digest, count = hashlib.sha256(), 0
    for lines in _merged(files, max(block // max(len(files), 1), 1)):
        digest.update(b"".join(lines))
        count += len(lines)
    return digest.hexdigest(), count


def _merged(files: list[Path], size: int) -> Iterator[list[bytes]]:
    """The lines of all files in order, in lists; no line twice."""
    with ExitStack() as stack:
        runs = [_Run(stack.enter_context(file.open("rb")), size) for file in files]
        last = b""
        while runs := [run for run in runs if run.fill()]:
            # up to here every run has shown all its lines
            limit = min(run.lines[-1] for run in runs)
            yield sorted({line for run in runs for line in run.take(limit)} - {last})
            last = limit


class _Run:
    """A sorted file, read block by block."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.size = file, size
        self.lines: list[bytes] = []

    def fill(self) -> bool:
        """Reads on where no line is left; whether there is one."""
        if not self.lines:
            self.lines = self.file.readlines(self.size)
        return bool(self.lines)

    def take(self, limit: bytes) -> list[bytes]:
        """The lines up to the limit, which leave the run."""
        place = bisect_right(self.lines, limit)
        taken, self.lines = self.lines[:place], self.lines[place:]
        return taken
