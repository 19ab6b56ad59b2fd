"""Fixtures, from small to large.

`world` is a made-up world of a few rows a table (`tests/data/world`), built into a store in memory in
under a second: most tests use it. `published_home` is a home folder with the graph of the real seeds,
built once a session by the same pipeline as `coopkg build`; `graph` is that graph, open for reading.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import build, reason, settings, statements, tables
from kg.ontology import ontology
from kg.published import Graph, Published
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


@pytest.fixture
def world_folder(tmp_path: Path) -> Path:
    """A folder of its own with the tables of the made-up world and the real code lists; free to be spoilt."""
    folder = tmp_path / "seeds"
    shutil.copytree(WORLD, folder)
    for name in ("datapackage.json", "code.csv"):
        shutil.copy(ROOT / "seeds" / name, folder / name)
    without_bounds(folder / "datapackage.json")
    return folder


@pytest.fixture
def world_catalogue(world_folder: Path) -> Catalogue:
    return tables.load(world_folder)


@pytest.fixture
def world(world_catalogue: Catalogue) -> Store:
    """The made-up world with everything that the rules derive."""
    store = Store.memory()
    store.load_quads("".join(statements.everything(world_catalogue)).encode("utf-8"))
    store.load_triples(ontology(ROOT / "ontology"), ONTOLOGY_GRAPH)
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
def graph(published_home: Path) -> Iterator[Graph]:
    """The published graph of the real seeds."""
    yield Published(published_home).current()
