"""Findings about tables and files in French: no text of the rules, of the tables or of the desk is forgotten."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import issue_words, table_words
from kg.issue import Issue

ROOT = Path(__file__).parent.parent
RULES = ["check", "incoming", "incoming_cells", "incoming_xlsx", "incoming_turtle", "proposals", "dates", "steward"]
NO_MESSAGE = (
    "<{}> {}",
    "{} (proposal)",
    "a name stands twice in an object",
    "the column {}",
    "a column of {}",
    "this table",
    "the statement {} {} does not fit {}",
    "'{}' is not in {}",
)
"""Patterns and parts of messages; a part of what the JSON reader says stands in English in a message of ours."""


def template(node: ast.AST) -> str:
    """A text as a template with `{}` for what is put in; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def texts(module: str) -> Iterator[str]:
    """The texts of sentences in a module's code, without its documentation."""
    tree = ast.parse((ROOT / "kg" / f"{module}.py").read_text("utf-8"))
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    skipped |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        text = template(node)
        if (
            id(node) not in skipped
            and " " in text.strip()
            and "\n" not in text
            and text not in NO_MESSAGE
            and not text.startswith("(?i)")
        ):
            yield text


def test_the_rules_have_texts_to_translate() -> None:
    assert len({text for module in RULES for text in texts(module)}) > 100


@pytest.mark.parametrize("module", RULES)
def test_every_text_of_the_rules_has_its_french(module: str) -> None:
    values = {text: text.replace("{}", "12") for text in texts(module)}
    assert [text for text, said in values.items() if not issue_words.translated(said)] == []


def test_every_title_and_description_of_the_tables_has_its_french() -> None:
    package = json.loads((ROOT / "seeds" / "datapackage.json").read_text("utf-8"))
    english = [text for one in package["resources"] for text in (one["title"], one["description"])]
    for resource in package["resources"]:
        if "rdf" in resource:
            english += [text for one in resource["schema"]["fields"] for text in (one["title"], one["description"])]
    assert [text for text in english if not issue_words.translated(text)] == []
    assert not set(table_words.FRENCH) & set(issue_words.FRENCH)


def test_french_keeps_every_value_in_its_place() -> None:
    for english, french in issue_words.FRENCH.items():
        if not english.startswith("Identifier of"):
            assert english.count("{}") == french.count("{}"), english


def test_a_finding_is_said_in_french_with_its_values() -> None:
    issue = Issue("a.csv", 3, "until", "interval", "until 2010 lies before since 2012", "write one of a, b")
    french = issue_words.in_language(issue, "fr")
    assert french.message == "until 2010 est antérieur à since 2012"
    assert french.hint == "écrivez l'un de ceux-ci : a, b"
    assert issue_words.in_language(issue, "en") is issue


@pytest.mark.parametrize(
    "whole",
    [
        "'x' is not in agreement.csv",
        "'x' is not in this table",
        "the column id is missing",
        "clasi-1: the statement title 'x' does not fit the column title",
        "clasi-1: the statement title 'x' does not fit a column of event",
    ],
)
def test_messages_made_of_parts_have_their_french_as_a_whole(whole: str) -> None:
    assert issue_words.translated(whole)


def test_a_hostile_value_with_braces_stays_as_it_is() -> None:
    assert issue_words.words("'{0.__class__}' has a blank too many", "fr") == "« {0.__class__} » a une espace de trop"
