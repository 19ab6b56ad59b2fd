"""The pipeline: the same tables give the same graph, and nothing half done is ever published."""

import csv
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg import build, settings
from kg.errors import BuildError
from kg.published import Graph, Published
from kg.settings import Settings

STEPS = ["check", "load", "derive", "close", "write", "validate", "publish"]
BUILD = """
import sys
from pathlib import Path
from kg import build, settings
if __name__ == "__main__":
    build.build(Path(sys.argv[1]), settings.read(), lambda step, text: print(step, flush=True))
"""
MOMENTS = 16


def at(home: Path, **more: str) -> Settings:
    return settings.read({"COOPKG_HOME": str(home), **more})


def silently(data: Path, home: Path, **more: str) -> build.Summary:
    return build.build(data, at(home, **more), lambda step, text: None)[0]


def change(data: Path, table: str, place: int, **cells: str) -> None:
    """Writes cells into one row of a table, the first being 0."""
    path = data / "seeds" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[place].update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def started(data: Path, home: Path) -> subprocess.Popen[str]:
    """A build in a process of its own, in a session of its own so that it can be killed with all it started."""
    script = data / "run_build.py"
    script.write_text(BUILD, "utf-8")
    environment = {**os.environ, "COOPKG_HOME": str(home), "PYTHONPATH": str(Path(build.__file__).parent.parent)}
    return subprocess.Popen(
        [sys.executable, script, data],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def digest(graph: Graph) -> str:
    """What the digest of an open graph really is."""
    return hashlib.sha256(b"".join(sorted(graph.store.dump().splitlines(keepends=True)))).hexdigest()


def test_two_builds_of_the_same_tables_give_the_same_digest(world_data: Path, tmp_path: Path) -> None:
    one, other = (silently(world_data, tmp_path / name) for name in ("one", "other"))
    assert one == other
    assert len(one.digest) == 64


def test_another_cell_gives_another_digest(world_data: Path, tmp_path: Path) -> None:
    before = silently(world_data, tmp_path / "home").digest
    change(world_data, "agreement", 0, title="Another title")
    assert silently(world_data, tmp_path / "home").digest != before


def test_the_digest_is_that_of_the_graph_on_disk(world_home: Path) -> None:
    graph = Published(world_home).current()
    assert graph.digest == digest(graph)


def test_the_summary_counts_what_was_built(world_home: Path) -> None:
    graph = Published(world_home).current()
    built = graph.built
    assert built["counts"]["agreement"] == 14
    assert built["statements"] == len(graph.store)
    assert min(built[name] for name in ("bases", "pending", "absences", "closure")) > 0
    assert (built["oldest_check"], built["newest_check"]) == ("2026-06-01", "2026-06-01")


def test_every_step_says_that_it_begins_and_what_it_has_done(world_data: Path, tmp_path: Path) -> None:
    said: list[tuple[str, str]] = []
    build.build(world_data, at(tmp_path / "home"), lambda step, text: said.append((step, text)))
    begun = list(dict.fromkeys(step for step, text in said if not text))
    assert begun == STEPS
    assert [step for step, text in said if text][-1] == "publish"
    assert any("statements by OWL 2 RL" in text for _, text in said)


def test_a_broken_row_stops_the_build_and_the_old_graph_goes_on_serving(world_data: Path, tmp_path: Path) -> None:
    old = silently(world_data, tmp_path / "home").digest
    change(world_data, "participation", 2, since="2012-02-30")
    with pytest.raises(build.FindingsError, match="nothing was published") as caught:
        silently(world_data, tmp_path / "home")
    assert caught.value.exit_code == 1
    assert any(str(issue).startswith("participation.csv:4:since: ") for issue in caught.value.issues)
    assert Published(tmp_path / "home").current().digest == old
    assert not list((tmp_path / "home").glob("aside-*"))


def test_a_row_that_contradicts_a_shape_stops_the_build_and_is_named(world_data: Path, tmp_path: Path) -> None:
    change(world_data, "hub", 0, latitude="95.0")
    with pytest.raises(build.FindingsError) as caught:
        silently(world_data, tmp_path / "home")
    assert any(issue.file == "hub.csv" and issue.row == 2 for issue in caught.value.issues)
    assert not (tmp_path / "home" / "current").exists()


def test_a_reference_to_nothing_stops_the_build(world_data: Path, tmp_path: Path) -> None:
    change(world_data, "provision", 0, agreement="no-such-agreement")
    with pytest.raises(build.FindingsError) as caught:
        silently(world_data, tmp_path / "home")
    assert any(issue.file == "provision.csv" and "no-such-agreement" in issue.message for issue in caught.value.issues)


def test_old_graphs_are_pruned(world_data: Path, tmp_path: Path) -> None:
    digests = []
    for number in range(3):
        change(world_data, "agreement", 0, title=f"Title {number}")
        digests.append(silently(world_data, tmp_path / "home", COOPKG_KEEP="2").digest)
    assert {folder.name for folder in (tmp_path / "home" / "graphs").iterdir()} == set(digests[1:])


def test_of_two_builds_at_once_the_second_says_so(world_data: Path, tmp_path: Path) -> None:
    running = started(world_data, tmp_path / "home")
    assert running.stdout is not None
    assert running.stdout.readline() == "check\n"
    with pytest.raises(BuildError, match=r"another build is running in .*; wait for it") as caught:
        silently(world_data, tmp_path / "home")
    assert caught.value.exit_code == 1
    running.communicate(timeout=60)
    assert running.returncode == 0, "the first one is not disturbed"
    assert Published(tmp_path / "home").current().digest


def test_a_build_killed_at_any_moment_leaves_the_old_graph_or_the_new_one(world_data: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    published = Published(home)
    serving = {silently(world_data, home).digest}
    begun = time.monotonic()
    started(world_data, home).communicate(timeout=60)
    whole = time.monotonic() - begun
    seen = []
    for moment in range(MOMENTS):
        change(world_data, "agreement", 0, title=f"Title {moment}")
        running = started(world_data, home)
        time.sleep(whole * 1.05 * (moment + 1) / MOMENTS)
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        graph = published.current()
        assert graph.digest == digest(graph), "what serves is whole"
        (row,) = graph.store.select(
            "SELECT ?title { <https://w3id.org/coopkg/id/agreement/bel-are-extradition> "
            "<http://www.w3.org/2004/02/skos/core#prefLabel> ?title }"
        )
        is_new = row["title"] == f"Title {moment}"
        assert is_new != (graph.digest in serving)
        serving = {graph.digest}
        seen.append(is_new)
    assert False in seen, "most builds are killed before they publish"
    silently(world_data, home)
    assert not list(home.glob("aside-*"))
    assert not list(home.glob("current.*"))


def test_a_build_clears_away_what_a_killed_one_left(world_data: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "aside-1" / "store").mkdir(parents=True)
    (home / "current.1").symlink_to("graphs/nothing")
    silently(world_data, home)
    assert {path.name for path in home.iterdir()} == {"current", "graphs", "lock"}


def test_progress_is_one_line_a_step_with_its_seconds() -> None:
    lines: list[str] = []
    going_on: list[str] = []
    tell = build.timed(lines.append, going_on.append)
    tell("load", "")
    tell("load", "5 statements")
    assert going_on == ["load"]
    assert lines == ["load      5 statements  (0.0 s)"]
