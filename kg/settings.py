"""Settings, declared once: each row is read from the environment, listed by the command and tested."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kg.errors import UsageError


class Setting(NamedTuple):
    """One setting.

    Attributes:
        name: environment variable without its prefix `COOPKG_`, lower case.
        default: value where the variable is not set.
        help: one line for people.
    """

    name: str
    default: str
    help: str


CHECKOUT = Path(__file__).parent.parent
IN_CHECKOUT = (CHECKOUT / "seeds" / "datapackage.json").is_file()
DATA = CHECKOUT if IN_CHECKOUT else Path(__file__).parent / "data"
"""The folder that holds `seeds`, `ontology`, `shapes` and `queries`: the checkout, or the installed copy."""

HOME = CHECKOUT / ".coopkg" if IN_CHECKOUT else Path.home() / ".local" / "share" / "coopkg"

SETTINGS = [
    Setting("home", str(HOME), "Folder that keeps the built graphs."),
    Setting("store", "", "Address of a SPARQL endpoint to ask instead of the built graph."),
    Setting("stale_months", "24", "Age in months after which knowledge of an absence counts as unverified."),
    Setting("keep", "3", "Number of built graphs to keep, the current one included."),
    Setting("host", "127.0.0.1", "Address the site listens on."),
    Setting("port", "8080", "Port the site listens on."),
    Setting(
        "address",
        "",
        "Public address of the site where a proxy stands before it, with its path, such as https://example.org/coopkg.",
    ),
    Setting(
        "processes",
        "2",
        "Number of processes that serve the site; each keeps its own memory and its own workers for queries.",
    ),
    Setting("threads", "192", "Number of requests that a process has in hand at the same time."),
    Setting("query_seconds", "10", "Time limit of a public SPARQL query."),
    Setting("query_megabytes", "1024", "Memory limit of a public SPARQL query."),
    Setting("query_rows", "100000", "Largest answer of a public SPARQL query, in rows or triples."),
    Setting("query_bytes", "67108864", "Largest answer of a public SPARQL query, in bytes."),
    Setting("query_workers", "2", "Number of public SPARQL queries that a process runs at the same time."),
]


@dataclass(frozen=True)
class Settings:
    """The values in force; one attribute per row of `SETTINGS`."""

    home: Path
    store: str
    stale_months: int
    keep: int
    host: str
    port: int
    address: str
    processes: int
    threads: int
    query_seconds: int
    query_megabytes: int
    query_rows: int
    query_bytes: int
    query_workers: int


def read(environment: dict[str, str] | None = None) -> Settings:
    """The settings from the environment (or from `environment`, for tests).

    Raises:
        UsageError: a number is not a positive whole number.
    """
    source = os.environ if environment is None else environment
    values: dict[str, str | int | Path] = {}
    for setting in SETTINGS:
        text = source.get(f"COOPKG_{setting.name.upper()}", "") or setting.default
        kind = Settings.__annotations__[setting.name]
        if kind is int and not (text.isascii() and text.isdigit() and int(text) > 0):
            raise UsageError(f"COOPKG_{setting.name.upper()} is '{text}'", "write a positive whole number")
        values[setting.name] = int(text) if kind is int else Path(text) if kind is Path else text
    return Settings(**values)  # type: ignore[arg-type]


def set_short_java_runs() -> None:
    """Tells Java to spare what pays off in runs longer than a second or two only; kept as it is where somebody has said otherwise."""
    os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
