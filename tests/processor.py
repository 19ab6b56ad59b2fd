"""What a server has used of the processor, with all that it has started: for benches that wait for rest or count work."""

import contextlib
import time
from pathlib import Path

REST = 20
"""Milliseconds of processor time within a second, below which a server is at rest."""


def below(root: int) -> set[int]:
    """A process and all that it has started."""
    parents, found = {}, {root}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
    for _ in range(6):
        found |= {child for child, parent in parents.items() if parent in found}
    return found


def spent(root: int) -> float:
    """Milliseconds of processor time that a process has used so far, with all its threads and what it has started."""
    nanoseconds = 0
    for process in below(root):
        for file in Path(f"/proc/{process}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                nanoseconds += int(file.read_text().split()[0])
    return nanoseconds / 1e6


def settle(root: int, most: float = 600) -> None:
    """Waits until a server that reads ahead after its start has come to rest, for a number of seconds at most."""
    until = time.perf_counter() + most
    quiet = 0
    while quiet < 3 and time.perf_counter() < until:
        before = spent(root)
        time.sleep(1)
        quiet = quiet + 1 if spent(root) - before < REST else 0
