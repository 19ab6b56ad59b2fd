"""The rules and saved questions as things of the graph, so that what was derived can name what derived it.

Every file in `queries/rules`, `queries/ask` and `queries/gaps` becomes a `prov:Plan` with the words of its
header and the SHA-256 of its text. A saved question is besides a `sh:SPARQLExecutable` with its text, in the
way in which SIB and the editors that read such examples describe theirs; `sh:declare` lists our prefixes.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from kg import queries
from kg.statements import iri, literal
from kg.vocab import GRAPH, ID, PREFIXES, RDF_TYPE, expand

RULES_GRAPH = GRAPH + "rules"
PREFIXES_IRI = ID + "prefixes"
"""The thing that declares the prefixes of all saved questions."""
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
    for prefix, namespace in sorted(PREFIXES.items()):
        declared = f"{PREFIXES_IRI}/{prefix}"
        yield _line(PREFIXES_IRI, expand("sh:declare"), iri(declared))
        yield _line(declared, expand("sh:prefix"), literal(prefix))
        yield _line(declared, expand("sh:namespace"), literal(namespace, "anyURI"))
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
            if path == "query":
                yield from _executable(subject, query, name)
            for property_, texts in words.items():
                for language, text in sorted(texts.items()):
                    yield _line(subject, expand(property_), literal(text, language=language))


def _executable(subject: str, query: queries.Query, part: str) -> Iterator[str]:
    """What editors look for in a saved question: its text, its words as comments, and what it is about."""
    for kind in ("sh:SPARQLExecutable", "sh:SPARQLSelectExecutable"):
        yield _line(subject, RDF_TYPE, iri(expand(kind)))
    yield _line(subject, expand("sh:select"), literal(query.text))
    yield _line(subject, expand("sh:prefixes"), iri(PREFIXES_IRI))
    yield _line(subject, expand("schema:keywords"), literal(part))
    if query.matter:
        yield _line(subject, expand("schema:keywords"), literal(query.matter))
    for language, text in sorted(query.questions.items()):
        yield _line(subject, expand("rdfs:comment"), literal(text, language=language))


def _line(subject: str, property_: str, value: str) -> str:
    return f"{iri(subject)} {iri(property_)} {value} {iri(RULES_GRAPH)} .\n"
