"""Runs that can be ended by name, from any process of the site."""

import subprocess
import sys
import threading
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from kg import runs
from kg.endpoint import Endpoint, Question
from kg.errors import Cancelled, UsageError
from kg.settings import read
from kg.store import Store

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = Store.create(tmp_path / "store")
    store.load_quads(b"".join(b'<http://e/%d> <http://e/v> "%d" <http://e/g> .\n' % (n, n) for n in range(1000)))
    store.finish()
    return tmp_path / "store"


def test_a_query_is_ended_from_another_process_and_its_worker_is_free_at_once(path: Path) -> None:
    service, run = Endpoint(replace(read({}), query_seconds=60, query_workers=1)), str(uuid.uuid4())
    ended: list[float] = []

    def end() -> None:
        time.sleep(1.5)
        code = f"import sys; from kg import runs; sys.exit(not runs.end('{run}'))"
        subprocess.run([sys.executable, "-c", code], check=True)
        ended.append(time.monotonic())

    thread = threading.Thread(target=end)
    thread.start()
    try:
        with pytest.raises(Cancelled, match="was cancelled"):
            service.ask(path, Question(RUNAWAY), run)
        thread.join()
        assert time.monotonic() - ended[0] < 2
        assert service.ask(path, Question("SELECT (1 AS ?one) {}"), str(uuid.uuid4())).rows == 1
        assert time.monotonic() - ended[0] < 15, "the only worker still runs the query"
    finally:
        service.close()


def test_who_does_not_know_the_name_ends_nothing() -> None:
    assert runs.end(str(uuid.uuid4())) is False
    for name in ("", "../../etc/passwd", "A" * 36, str(uuid.uuid4()).upper() + "\n"):
        with pytest.raises(UsageError, match="no name of a run"):
            runs.end(name)


def test_a_name_is_free_again_when_its_run_is_over_and_taken_while_it_runs() -> None:
    name = str(uuid.uuid4())
    with runs.named(name) as file:
        assert file.exists()
        with pytest.raises(UsageError, match="under way"), runs.named(name):
            pass
        assert file.exists()
    assert not file.exists()
    assert runs.end(name) is False


def test_the_folder_is_for_this_user_alone() -> None:
    assert runs.folder().stat().st_mode & 0o077 == 0
