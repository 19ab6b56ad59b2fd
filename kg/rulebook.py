"""The rules and saved questions as things of the graph, so that what was derived can name what derived it.

Every file in `queries/rules`, `queries/ask` and `queries/gaps` becomes a `prov:Plan` with the words of its
header and the SHA-256 of its text.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from kg import queries
from kg.statements import iri, literal
from kg.vocab import GRAPH, ID, RDF_TYPE, expand

RULES_GRAPH = GRAPH + "rules"
FOLDERS = {"rules": ("*.ru", "rule"), "ask": ("*.rq", "query"), "gaps": ("*.rq", "query")}
"""Folder below `queries`: its files, and the path that their IRIs begin with."""


def rule_iri(name: str) -> str:
    """The IRI of a rule by the name of its file, such as `20-bases-between-parties`."""
    return f"{ID}rule/{name}"


def query_iri(name: str) -> str:
    """The IRI of a saved question or a kind of gap by the name of its file, such as `no-dedicated-mla`."""
    return f"{ID}query/{name}"


def rulebook(folder: Path) -> bytes:
    """The rules and saved questions as N-Quads of the graph `graph:rules`.

    Args:
        folder: the folder `queries`.

    Raises:
        QueryError: a file has no title or question, or a header line that cannot be read.
    """
    return "".join(_lines(folder)).encode("utf-8")


def _lines(folder: Path) -> Iterator[str]:
    for name, (pattern, path) in FOLDERS.items():
        for file in sorted((folder / name).glob(pattern)):
            query = queries.load(file)
            subject = f"{ID}{path}/{query.name}"
            digest = hashlib.sha256(query.text.encode("utf-8")).hexdigest()
            words = {
                "dcterms:title": query.titles,
                "dcterms:description": query.questions,
                "skos:note": query.notes,
            }
            yield _line(subject, RDF_TYPE, iri(expand("prov:Plan")))
            yield _line(subject, expand("schema:sha256"), literal(digest))
            for property_, texts in words.items():
                for language, text in sorted(texts.items()):
                    yield _line(subject, expand(property_), literal(text, language=language))


def _line(subject: str, property_: str, value: str) -> str:
    return f"{iri(subject)} {iri(property_)} {value} {iri(RULES_GRAPH)} .\n"
