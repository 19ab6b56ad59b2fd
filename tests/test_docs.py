"""What the documents say is true: commands, settings, tables, kinds of gap and files that they name exist."""

import re
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kg import queries, settings
from kg.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.S)
COMMANDS = [line.split("#")[0].strip() for block in BLOCKS for line in block.splitlines() if line.strip()]


def test_the_readme_shows_commands() -> None:
    assert {command.split()[0] for command in COMMANDS} == {"make", "coopkg"}


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("make")])
def test_every_make_target_of_the_readme_exists(command: str) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert command.split()[1] in targets


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("coopkg")])
def test_every_command_of_the_readme_exists_with_its_options(command: str) -> None:
    _, name, *rest = command.split()
    path = [name, rest[0]] if isinstance(main.commands[name], click.Group) else [name]
    help_text = CliRunner().invoke(main, [*path, "--help"]).output
    assert f"{path[-1]} [OPTIONS]" in help_text
    for option in (word for word in rest if word.startswith("-")):
        assert re.search(rf"(^|\W){re.escape(option)}\b", help_text), option


def test_every_command_has_help() -> None:
    for name, command in main.commands.items():
        assert command.help, name


def test_gap_kinds_and_questions_named_in_the_readme_exist() -> None:
    for kind in re.findall(r"coopkg gaps ([a-z][a-z-]+)", README):
        assert kind in queries.library(ROOT / "queries" / "gaps")
    for name in re.findall(r"coopkg ask ([a-z-]+)", README):
        assert name in queries.library(ROOT / "queries" / "ask")


def test_the_changelog_counts_the_kinds_of_gap() -> None:
    words = {12: "Twelve", 13: "Thirteen", 14: "Fourteen", 15: "Fifteen", 16: "Sixteen", 17: "Seventeen"}
    kinds = len(queries.library(ROOT / "queries" / "gaps"))
    assert f"{words[kinds]} kinds of gap" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_every_file_named_in_the_readme_exists() -> None:
    for name in re.findall(r"`((?:seeds|ontology|shapes|queries|kg|web|tests)/[^`*]*)`", README):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"\]\(([^)h][^)]*)\)", README):
        assert (ROOT / name).exists(), name


def test_every_direct_dependency_has_its_reason_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for dependency in project["dependencies"]:
        name = re.match(r"[a-z0-9-]+", dependency)
        assert name
        assert re.search(rf"^\|[^|]*\b{name[0]}\b[^|]*\|", README, re.M), name[0]


def test_every_dependency_is_pinned_with_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.M))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for dependency in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        name = re.match(r"[a-z0-9-]+", dependency)
        assert name
        assert name[0] in pinned, name[0]
    assert lock.count("==") <= lock.count("--hash=sha256:")


def test_settings_are_documented_by_the_command() -> None:
    output = CliRunner().invoke(main, ["settings"]).output
    for setting in settings.SETTINGS:
        assert f"COOPKG_{setting.name.upper()}=" in output
        assert setting.help in output


@pytest.mark.parametrize(
    "name", ["requirements.lock", "web/frontend/package-lock.json", "pyproject.toml", "Makefile", ".ci/run"]
)
def test_no_registry_host_and_no_path_of_a_machine_is_committed(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for word in ("registry.npmjs", "pypi.org", "files.pythonhosted", "repo1.maven", "/home/", "/root/", "/tmp/"):
        assert word not in text, word
