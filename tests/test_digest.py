"""The digest of many sorted files is that of their lines together."""

import hashlib
import random
from pathlib import Path

import pytest

from kg import digest


def written(folder: Path, *runs: list[bytes]) -> list[Path]:
    files = [folder / str(number) for number in range(len(runs))]
    for file, lines in zip(files, runs, strict=True):
        file.write_bytes(b"".join(sorted(lines)))
    return files


@pytest.mark.parametrize("block", [1, 40, 1000, digest.BLOCK])
def test_it_is_that_of_the_sorted_lines_each_taken_once(tmp_path: Path, block: int) -> None:
    draw = random.Random(block)
    lines = [f"<{draw.randrange(300)}> <p> <{draw.randrange(5)}> .\n".encode() for _ in range(900)]
    whole = b"".join(sorted(set(lines)))
    files = written(tmp_path, lines[:10], lines[10:500], [], lines[500:], lines[:300])
    assert digest.of_sorted(files, block) == (hashlib.sha256(whole).hexdigest(), len(set(lines)))


def test_a_line_twice_in_a_row_of_one_file_counts_once(tmp_path: Path) -> None:
    (file,) = written(tmp_path, [b"a\n", b"a\n", b"b\n"])
    assert digest.of_sorted([file], 1) == (hashlib.sha256(b"a\nb\n").hexdigest(), 2)


def test_nothing_has_the_digest_of_nothing(tmp_path: Path) -> None:
    assert digest.of_sorted(written(tmp_path, [], [])) == (hashlib.sha256(b"").hexdigest(), 0)
