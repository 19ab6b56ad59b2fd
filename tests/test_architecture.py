"""The architecture as a test: a module imports only from levels below its own."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEVELS = [
    ["kg.languages"],
    ["kg.vocab", "kg.errors", "kg.event_words", "kg.issue", "kg.statuses", "kg.table_words"],
    ["kg.dates", "kg.digest", "kg.ids", "kg.incoming_cells", "kg.issue_words", "kg.runs", "kg.score", "kg.settings"],
    ["kg.answers", "kg.guard", "kg.ontology", "kg.store", "kg.tables"],
    [
        "kg.contradictions",
        "kg.findings",
        "kg.incoming_xlsx",
        "kg.labels",
        "kg.parts",
        "kg.queries",
        "kg.regions",
        "kg.shacl",
        "kg.statements",
        "kg.tidy",
    ],
    [
        "kg.check",
        "kg.endpoint",
        "kg.export",
        "kg.figures",
        "kg.funding",
        "kg.incoming_turtle",
        "kg.positions",
        "kg.published",
        "kg.reason",
        "kg.records",
        "kg.rulebook",
        "kg.service",
        "kg.shapes_files",
        "kg.typeset",
        "kg.validate",
        "kg.whole",
    ],
    [
        "kg.cited",
        "kg.dumps",
        "kg.entry",
        "kg.freshness",
        "kg.incoming",
        "kg.revisions",
        "kg.events",
        "kg.expected",
        "kg.gaps",
        "kg.inferred",
        "kg.matrix",
        "kg.worker",
    ],
    ["kg.asked", "kg.build", "kg.desk", "kg.inspection", "kg.describe", "kg.stores"],
    [
        "kg.catalogue",
        "kg.closes",
        "kg.desk_rows",
        "kg.crate",
        "kg.feeds",
        "kg.joint",
        "kg.knowledge",
        "kg.ledger",
        "kg.routes",
        "kg.workbook",
    ],
    ["kg.desk_files", "kg.frozen_lists", "kg.matrix_files", "kg.plan", "kg.touched"],
    ["kg.effect"],
    ["kg.derivation", "kg.frozen", "kg.importing"],
    ["kg.bundle", "kg.explain", "kg.preview", "kg.proposals"],
    ["kg.outline", "kg.provenance", "kg.steward", "kg.verify"],
    ["kg.cli", "web"],
]
LEVEL = {name: number for number, names in enumerate(LEVELS) for name in names}
MODULES = [
    path
    for folder in ("kg", "web")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path != ROOT / "kg" / "__init__.py" and "frontend" not in path.parts and "node_modules" not in path.parts
]
ONLY = {
    "pyoxigraph": {"kg.answers", "kg.endpoint", "kg.store"},
    "SPARQLWrapper": {"kg.store"},
    "flask": {"web"},
    "click": {"kg.cli", "web"},
    "frictionless": {"kg.check"},
    "owlready2": {"kg.reason"},
    "pyshacl": {"kg.shacl"},
}
"""Which of our modules may know which library."""


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def level(module: str) -> int | None:
    """The level of a module or of the package it is in; None for other people's."""
    return LEVEL.get(module, LEVEL.get(module.split(".")[0]))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} has a relative import, which this test cannot see"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    own = name_of(path)
    mine = level(own)
    assert mine is not None, f"{own} has no level yet: add it to LEVELS"
    upward = {name for name in imports(path) if (there := level(name)) is not None and there >= mine}
    assert {name for name in upward if not (own.startswith("web") and name.startswith("web"))} == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_library_is_known_to_few_modules(path: Path) -> None:
    own = name_of(path)
    for library, allowed in ONLY.items():
        if {name.split(".")[0] for name in imports(path)} & {library}:
            assert own in allowed or own.split(".")[0] in allowed, f"{own} imports {library}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_prints_and_only_settings_read_the_environment(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
    if name_of(path) != "kg.settings":
        names = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)]
        assert not [node for node in names if node.attr in ("environ", "getenv")]
