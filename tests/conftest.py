"""Fixtures, from small to large.

`world` is a made-up world of a few rows a table (`tests/data/world`), built into a store in memory in
under a second: most tests use it. `published_home` is a home folder with the graph of the real seeds,
built once a session by the same pipeline as `coopkg build`; `graph` is that graph, open for reading;
`site` is the site of it over HTTP and `browser` a browser to look at it.
"""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg import build, reason, settings, statements, tables
from kg.ontology import ontology
from kg.published import Graph, Published
from kg.rulebook import rulebook
from kg.settings import Settings
from kg.store import Store
from kg.tables import Catalogue
from kg.vocab import ONTOLOGY_GRAPH

ROOT = Path(__file__).parent.parent
WORLD = Path(__file__).parent / "data" / "world"


def without_bounds(package: Path) -> None:
    """Takes the expected sizes out of a datapackage.json, for folders of few rows."""
    content = json.loads(package.read_text("utf-8"))
    for resource in content["resources"]:
        resource["assertions"] = {"min": 0, "max": 1000}
    package.write_text(json.dumps(content), "utf-8")


def derived(folder: Path) -> Store:
    """The tables of a folder with everything that the rules derive."""
    store = Store.memory()
    store.load_quads("".join(statements.everything(tables.load(folder))).encode("utf-8"))
    for rule in reason.rules(ROOT / "queries" / "rules"):
        store.update(rule.read_text("utf-8"))
    return store


def with_rows(folder: Path, **added: list[dict[str, str]]) -> Store:
    """The tables of a folder with more rows; cells not named are empty, or, about the source, the first row's."""
    for name, cells in added.items():
        path = folder / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        kept = {key: rows[0][key] for key in ("source", "checked", "checked_by", "confidence") if key in rows[0]}
        rows += [dict.fromkeys(rows[0], "") | kept | row for row in cells]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return derived(folder)


@pytest.fixture
def world_folder(tmp_path: Path) -> Path:
    """A folder of its own with the tables of the made-up world and the real code lists; free to be spoilt."""
    return world_seeds(tmp_path / "seeds")


def world_seeds(folder: Path) -> Path:
    shutil.copytree(WORLD, folder)
    for name in ("datapackage.json", "code.csv"):
        shutil.copy(ROOT / "seeds" / name, folder / name)
    without_bounds(folder / "datapackage.json")
    return folder


@pytest.fixture
def world_data(world_folder: Path) -> Path:
    """A folder from which the made-up world can be built: its own tables, the real ontology, shapes and queries."""
    return with_the_rest(world_folder.parent)


def with_the_rest(folder: Path) -> Path:
    for name in ("ontology", "shapes", "queries"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(scope="session")
def world_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the published graph of the made-up world; not to be written to."""
    folder, home = tmp_path_factory.mktemp("world"), tmp_path_factory.mktemp("world-home")
    world_seeds(folder / "seeds")
    build.build(with_the_rest(folder), settings.read({"COOPKG_HOME": str(home)}), lambda step, text: None)
    return home


@pytest.fixture(scope="session")
def two_builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A home folder that keeps two builds of the made-up world, and their digests, the older one first.

    In the newer one a treaty binds Colombia a month later, a posting is gone and a seizure has come.
    """
    folder, home = tmp_path_factory.mktemp("worlds"), tmp_path_factory.mktemp("two-builds")
    seeds = world_seeds(folder / "seeds")
    of_home = settings.read({"COOPKG_HOME": str(home)})
    older, _ = build.build(with_the_rest(folder), of_home, lambda step, text: None)
    lines = {name: (seeds / f"{name}.csv").read_text("utf-8").splitlines(True) for name in ("posting", "seizure")}
    (seeds / "posting.csv").write_text("".join(lines["posting"][:-1]), "utf-8")
    come = lines["seizure"][-1].replace("2023", "2024")
    (seeds / "seizure.csv").write_text("".join([*lines["seizure"], come]), "utf-8")
    bound = (seeds / "participation.csv").read_text("utf-8")
    changed = bound.replace("2012-01,2012-03-01", "2012-01,2012-04-01")
    assert changed != bound
    (seeds / "participation.csv").write_text(changed, "utf-8")
    newer, _ = build.build(folder, of_home, lambda step, text: None)
    return home, older.digest, newer.digest


@pytest.fixture
def world_catalogue(world_folder: Path) -> Catalogue:
    return tables.load(world_folder)


@pytest.fixture
def world(world_catalogue: Catalogue) -> Store:
    """The made-up world with everything that the rules derive."""
    store = Store.memory()
    store.load_quads("".join(statements.everything(world_catalogue)).encode("utf-8"))
    store.load_triples(ontology(ROOT / "ontology"), ONTOLOGY_GRAPH)
    store.load_quads(rulebook(ROOT / "queries"))
    for rule in reason.rules(ROOT / "queries" / "rules"):
        store.update(rule.read_text("utf-8"))
    return store


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with a published graph of the real seeds."""
    home = tmp_path_factory.mktemp("home")
    build.build(ROOT, settings.read({"COOPKG_HOME": str(home)}), lambda step, text: None)
    return home


@pytest.fixture(scope="session")
def real_settings(published_home: Path) -> Settings:
    return settings.read({"COOPKG_HOME": str(published_home)})


@pytest.fixture(scope="session")
def graph(published_home: Path) -> Graph:
    """The published graph of the real seeds."""
    return Published(published_home).current()


@pytest.fixture(scope="module")
def site(published_home: Path) -> Iterator[str]:
    """The address of the site of the real seeds, without a slash at the end."""
    from sights import site_of  # here, because most tests need no site

    with site_of(published_home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    from sights import chromium

    with chromium() as opened:
        yield opened
