"""The measures of `make bench`: what they count, and when they mark a question."""

import multiprocessing
import os
import time
from pathlib import Path

import growth
import pytest
from growth import Measure

from kg.published import Graph, Published


def test_a_question_that_grows_with_its_answer_is_not_marked() -> None:
    assert growth.growing(Measure(0.1, 10, 0, 0.1), Measure(9, 100, 0, 1.19)) < growth.TOLERATED
    assert growth.growing(Measure(0.1, 10, 0, 0.1), Measure(1.19, 100, 0, 1.21)) > growth.TOLERATED
    assert growth.growing(Measure(0.1, 0, 0, 0.1), Measure(0.13, 0, 0, 0.13)) > growth.TOLERATED, (
        "nothing does not grow"
    )


def test_exponents_are_powers_of_the_size() -> None:
    assert growth.exponent(2, 20, 10) == pytest.approx(1)
    assert growth.exponent(2, 200, 10) == pytest.approx(2)
    assert growth.exponent(0, 200, 10) is None


def test_a_line_shows_both_exponents_and_the_mark() -> None:
    found: list[Measure | None] = [Measure(0.001, 1, 50, 0.001), Measure(0.1, 10, 60, 0.01), Measure(1, 100, 70, 1)]
    text = growth.line("a question", [1, 10, 100], found)
    assert text.split()[-6:] == ["2.00", "1.00", "faster", "than", "its", "answer"]
    assert growth.line("a question", [1, 10, 100], found, store=9).endswith("faster than its answer"), (
        "the store grows so"
    )
    assert growth.line("a question", [1, 10, 100], found, store=5).endswith("than the store")
    found = [Measure(0.001, 1, 50, 0.001), Measure(0.001, 1, 60, 0.001), Measure(0.003, 1, 70, 0.003)]
    assert not growth.line("a question", [1, 10, 100], found).endswith("answer"), "two milliseconds are no matter"
    assert "no answer" in growth.line("a question", [1, 10], [found[0], None])


def test_what_is_used_is_that_of_a_process_and_its_children() -> None:
    process = multiprocessing.get_context("spawn").Process(target=holding, args=(200,))
    with growth.sampled(process) as used:
        process.join()
    assert 200 < used.memory < 600
    assert 1 < used.worked < 10
    assert os.getpid() in growth.family(os.getpid())


def holding(megabytes: int) -> None:
    memory = bytearray(os.urandom(1)) * (megabytes << 20)
    while time.process_time() < 1.5:
        assert memory
    time.sleep(1)


def test_a_question_is_asked_in_a_process_of_its_own(published_home: Path, graph: Graph) -> None:
    name = "gaps no-europol-data"
    measure = growth.asked(published_home, name, 1, 60)
    assert measure is not None
    assert measure.rows == growth.questions(graph)[name]()
    assert measure.seconds < 30
    assert measure.memory > 10


def test_every_kind_of_gap_and_every_command_that_answers_for_a_day_is_measured(graph: Graph) -> None:
    names = growth.questions(graph).keys()
    assert {f"gaps {kind.stem}" for kind in (growth.QUERIES / "gaps").glob("*.rq")} <= names
    assert {"matrix, one matter", "ledger, 10 years, a country", "explanation of a position"} <= names


def test_twice_the_facts_pass_all_checks_of_a_build(tmp_path: Path) -> None:
    data, home = growth.data(tmp_path, 2), tmp_path / "home"
    measure = growth.built(data, home, None)
    assert measure.rows == Published(home).current().built["statements"] > 0
    assert measure.memory > 100
    assert measure.worked > 5
