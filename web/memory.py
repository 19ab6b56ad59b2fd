"""A memory of what was made last, for as long as a graph is published."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Made = TypeVar("Made")


class Memory:
    """Keeps what was made, and forgets what was asked for longest ago.

    Args:
        most: how many things are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: dict[Hashable, object] = {}

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made for a key, else what `make` gives; two who ask at once may both make it."""
        found = self.find(key)
        return self.keep(key, make()) if found is None else found

    def find(self, key: Hashable) -> Any:
        """What was made for a key; None where nothing is kept."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept[key] = found = self._kept.pop(key)
            return found

    def keep(self, key: Hashable, made: Made) -> Made:
        """Keeps what was made for a key, and gives it back."""
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
        return made
