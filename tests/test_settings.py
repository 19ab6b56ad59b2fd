import dataclasses
from pathlib import Path

import pytest

from kg import settings
from kg.errors import UsageError

NUMBERS = [row.name for row in settings.SETTINGS if settings.Settings.__annotations__[row.name] is int]


def test_every_setting_has_one_attribute_and_every_attribute_one_setting():
    names = [row.name for row in settings.SETTINGS]
    assert names == [field.name for field in dataclasses.fields(settings.Settings)]


@pytest.mark.parametrize("row", settings.SETTINGS, ids=lambda row: row.name)
def test_every_setting_has_a_sentence_of_help(row):
    assert row.help[0].isupper()
    assert row.help.endswith(".")


def test_an_empty_environment_gives_the_defaults():
    read = settings.read({})
    assert {row.name: row.default for row in settings.SETTINGS} == {
        name: str(value) for name, value in dataclasses.asdict(read).items()
    }


def test_a_variable_replaces_its_default():
    read = settings.read({"COOPKG_HOME": "elsewhere", "COOPKG_PORT": "9090", "COOPKG_STORE": "http://localhost/sparql"})
    assert (read.home, read.port, read.store) == (Path("elsewhere"), 9090, "http://localhost/sparql")


def test_an_empty_variable_counts_as_not_set():
    assert settings.read({"COOPKG_PORT": ""}).port == 8080


def test_the_environment_of_the_process_is_read_by_default(monkeypatch):
    monkeypatch.setenv("COOPKG_STALE_MONTHS", "6")
    assert settings.read().stale_months == 6


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "１０", " 8 "])
def test_a_number_that_is_not_a_positive_whole_number_is_refused_by_name(name, text):
    with pytest.raises(UsageError) as refusal:
        settings.read({f"COOPKG_{name.upper()}": text})
    assert str(refusal.value) == f"COOPKG_{name.upper()} is '{text}'; write a positive whole number"


def test_settings_do_not_change_after_they_were_read():
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.read({}).port = 1  # type: ignore[misc]


def test_the_data_folder_holds_what_a_build_reads():
    assert all((settings.DATA / name).is_dir() for name in ("seeds", "ontology", "shapes", "queries"))
