"""Saved queries: their headers, their parameters, and what each of them gives on the real graph."""

import datetime
from pathlib import Path

import pytest

from kg import queries
from kg.errors import NotFound, QueryError, UsageError
from kg.published import Graph
from kg.queries import Parameter, Query

FOLDER = Path(__file__).parent.parent / "queries"
TODAY = datetime.date(2026, 6, 1)
SAVED = [query for part in ("ask", "gaps") for query in queries.library(FOLDER / part).values()]
TEXT = """#+ title: Shelves
#+ title@fr: Rayons
#+ question: What stands where?
#+ note: Counted once a year.
#+ param day: date = today | Day asked about.
#+ param known_since: date = stale | Oldest day that counts.
#+ param country: country = any | One country.
#+ param years: integer = 2 | Years.
#+ param matter: code matter = mla | What is asked for.
#+ param line: record funding_line = any | One line.
SELECT * WHERE {
  VALUES ?day { "2000-01-01" }
  VALUES ?known_since { "1998-01-01" }
  VALUES ?country { UNDEF }
  VALUES ?years { 2 }
  VALUES ?matter { <m> }
  VALUES ?line { UNDEF }
  { SELECT * WHERE { VALUES ?day { "2000-01-01" } VALUES ?days { 7 } } }
}
"""


def saved(folder: Path, text: str = TEXT) -> Query:
    path = folder / "shelves.rq"
    path.write_text(text, "utf-8")
    return queries.load(path)


def bound(query: Query, **given: str) -> str:
    return query.bind(query.values(given, TODAY, 24))


def test_the_header_gives_titles_questions_notes_and_parameters(tmp_path: Path) -> None:
    query = saved(tmp_path)
    assert (query.name, query.title, query.titles["fr"]) == ("shelves", "Shelves", "Rayons")
    assert query.questions == {"en": "What stands where?"}
    assert query.notes == {"en": "Counted once a year."}
    assert query.parameters[4] == Parameter("matter", "code", "matter", "mla", "What is asked for.")


def test_the_header_ends_at_the_first_other_line(tmp_path: Path) -> None:
    query = saved(tmp_path, TEXT + "#+ title: Another\n")
    assert query.title == "Shelves"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+ title: Shelves\n", "", "no title or no question"),
        ("#+ question: What stands where?\n", "", "no title or no question"),
        ("#+ note: Counted", "#+ remark: Counted", "cannot be read"),
        ("param years: integer", "param years: number", "cannot be read"),
        ("param years: integer = 2 | Years.", "param years: integer = 2", "cannot be read"),
        ("param years:", "param months:", "no line for the parameter months"),
    ],
)
def test_a_header_that_is_wrong_is_refused_with_the_reason(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        saved(tmp_path, TEXT.replace(old, new))


def test_defaults_fill_the_parameters_that_are_not_given(tmp_path: Path) -> None:
    assert saved(tmp_path).values({"years": "5"}, TODAY, 24) == {
        "day": "2026-06-01",
        "known_since": "2024-06-01",
        "country": "any",
        "years": "5",
        "matter": "mla",
        "line": "any",
    }


def test_stale_is_reckoned_from_the_day_asked_about(tmp_path: Path) -> None:
    assert saved(tmp_path).values({"day": "2020-02-29"}, TODAY, 12)["known_since"] == "2019-02-28"


def test_an_empty_value_means_the_default(tmp_path: Path) -> None:
    assert saved(tmp_path).values({"matter": ""}, TODAY, 24)["matter"] == "mla"


def test_a_parameter_that_the_query_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no parameter 'colour'; it has day, known_since"):
        saved(tmp_path).values({"colour": "red"}, TODAY, 24)


def test_bind_replaces_every_line_of_a_parameter_and_no_other(tmp_path: Path) -> None:
    text = bound(saved(tmp_path), day="2026-01-02")
    day = 'VALUES ?day { "2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date> }'
    assert text.count(day) == 2
    assert '"2000-01-01"' not in text
    assert "VALUES ?days { 7 }" in text


def test_bind_writes_each_kind_of_value_as_its_term(tmp_path: Path) -> None:
    text = bound(saved(tmp_path), country="col", years="10", matter="extradition", line="ports-1")
    assert "VALUES ?country { <http://publications.europa.eu/resource/authority/country/COL> }" in text
    assert "VALUES ?years { 10 }" in text
    assert "VALUES ?matter { <https://w3id.org/coopkg/code/matter/extradition> }" in text
    assert "VALUES ?line { <https://w3id.org/coopkg/id/funding-line/ports-1> }" in text


def test_any_does_not_restrict(tmp_path: Path) -> None:
    text = bound(saved(tmp_path), country="any", matter="any")
    assert "VALUES ?country { UNDEF }" in text
    assert "VALUES ?matter { UNDEF }" in text


@pytest.mark.parametrize("name", ["day", "years"])
def test_a_date_or_a_number_cannot_be_any(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        bound(saved(tmp_path), **{name: "any"})


HOSTILE = [
    '2026-01-01"^^<http://example.org/> } #',
    "2026-01-01\n",
    "٢٠٢٦-٠١-٠١",
    "COL> } SERVICE <http://example.org/> { ?s ?p ?o } #",
    "C L",
    "1 } UNION { ?s ?p ?o",
    "-1",
    "٧",
    "mla> } #",
    "mla/../x",
    "mla\\u003e",
    "{",
    "UNDEF",
    "$1",
]


@pytest.mark.parametrize("kind", ["date", "country", "integer", "code", "record"])
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_never_reaches_a_query(kind: str, value: str) -> None:
    with pytest.raises(UsageError):
        Parameter("p", kind, "matter", "any", "").term(value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "2026-01"),
        ("date", "2026-02-30"),
        ("country", "COLO"),
        ("integer", "1e9"),
        ("integer", "1" * 10),
        ("code", "MLA"),
        ("record", "drugs--latin"),
    ],
)
def test_a_value_of_another_kind_is_refused(kind: str, value: str) -> None:
    with pytest.raises(UsageError):
        Parameter("p", kind, "matter", "any", "").term(value)


def test_a_query_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFound, match="there is no query 'base'; there are absences, "):
        queries.find(FOLDER / "ask", "base")


@pytest.mark.parametrize("query", SAVED, ids=lambda query: query.name)
def test_a_saved_query_says_what_it_asks_in_english_and_french(query: Query) -> None:
    assert set(query.titles) >= {"en", "fr"}
    assert set(query.questions) >= {"en", "fr"}
    assert query.titles["en"] != query.titles["fr"] or query.name == "positions"
    assert query.questions["en"].endswith("?")
    assert query.questions["fr"].endswith(" ?")


@pytest.mark.parametrize("query", SAVED, ids=lambda query: query.name)
def test_a_saved_query_runs_as_it_stands_in_its_file(query: Query, graph: Graph) -> None:
    assert graph.store.variables(query.text)


@pytest.mark.parametrize("query", SAVED, ids=lambda query: query.name)
def test_a_saved_query_gives_rows_for_its_defaults(query: Query, graph: Graph) -> None:
    rows = graph.store.select(bound(query))
    assert rows or query.name == "freshness", "all facts were checked within the last months"
