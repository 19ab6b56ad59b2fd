"""A result as one file to hand on: an RO-Crate (1.1) with question, rows, queries and sources, and its check.

The same result gives the same bytes. A bundle that comes back is a stranger's file: it is read in memory
within limits, nothing of it is unpacked to disk, and its queries run only if they only read.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import asked, frozen, guard
from kg.asked import Asked, Result
from kg.crate import CRATE, RECORD, ROWS, SOURCES, crate
from kg.errors import UsageError
from kg.export import EPOCH, neutral
from kg.labels import KOSOVO_FOOTNOTE
from kg.languages import spoken
from kg.positions import NOT_RECORDED
from kg.published import Graph
from kg.vocab import BASE, COUNTRY

LARGEST = 50 << 20
"""Bytes of a bundle, packed; more than any answer has."""

UNPACKED = 200 << 20
"""Bytes of all its files together, unpacked."""

MOST_FILES = 100


@dataclass(frozen=True)
class Bundle:
    """What a bundle says: the question, its record, the rows, and the queries by name."""

    asked: Asked
    record: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: dict[str, str]


def write(result: Result, graph: Graph, site: str = BASE) -> bytes:
    """The bundle of a result, a ZIP file.

    Args:
        result: the result.
        graph: the build that gave it.
        site: address of the site, with `/` at the end, that the permanent link begins with.
    """
    rows = as_csv(result.columns, result.rows)
    listed = [(source.title, source.url, source.as_of) for source in result.sources]
    files = {
        ROWS: rows,
        SOURCES: as_csv(("title", "url", "as_of"), listed),
        **{f"queries/{name}.rq": text.encode("utf-8") for name, text in sorted(result.texts.items())},
    }
    record = {
        **asked.as_record(result.asked),
        "link": site + result.asked.link,
        "rows": len(result.rows),
        "notes": notes(result),
        "shapes": frozen.folder_digest(graph.shapes, "*.ttl"),
        "vocabulary": frozen.vocabulary(graph),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    files[RECORD] = _json(record)
    metadata = _json(crate(result, record, {name: len(content) for name, content in files.items()}))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {CRATE: metadata, **files}.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def notes(result: Result) -> list[str]:
    """What has to stand beside the rows: what they do not say, and the Union's footnote where Kosovo is named."""
    language = result.asked.language
    text = "\n".join(cell for row in result.rows for cell in row)
    kosovo = "Kosovo" in text or COUNTRY + "XKX" in text
    return [NOT_RECORDED, *([f"* Kosovo: {spoken(KOSOVO_FOOTNOTE, language)}"] if kosovo else [])]


def file_name(question: Asked) -> str:
    """The name of the bundle's file."""
    values = [
        value.lower() for name, value in question.parameters.items() if value not in ("", "any") and len(value) < 30
    ]
    words = "-".join([question.name, *values, str(question.day), question.graph[:12]])
    return (
        "".join(char if char.isascii() and (char.isalnum() or char in "-.") else "-" for char in words) + ".crate.zip"
    )


def read(content: bytes) -> Bundle:
    """The bundle in a file.

    Raises:
        UsageError: it is no bundle, too large, or holds something that no bundle holds.
        Refused: one of its queries does more than read.
        QueryError: one of its queries cannot be read.
    """
    files = _unpacked(content)
    if missing := [name for name in (CRATE, RECORD, ROWS) if name not in files]:
        raise UsageError(f"the file is no bundle of a result: it has no {missing[0]}", "take it again from the site")
    record = _object(files[RECORD])
    question = asked.of_record(record)
    table = as_table(_text(ROWS, files[ROWS]))
    texts = {
        name.removeprefix("queries/").removesuffix(".rq"): _text(name, content)
        for name, content in files.items()
        if name.startswith("queries/")
    }
    for text in [*texts.values(), *([question.parameters.get("query", "")] if question.name == "sparql" else [])]:
        guard.check(text)
    stated = record.get("files")
    stated = stated if isinstance(stated, dict) else {}
    changed = [name for name, given in files.items() if name not in (CRATE, RECORD) and _sha(given) != stated.get(name)]
    return Bundle(question, {**record, "changed": sorted(changed)}, table[0] if table else (), tuple(table[1:]), texts)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP file by name; sizes are counted while reading, whatever the file says of them."""
    if len(content) > LARGEST:
        raise UsageError(f"the bundle has more than {LARGEST >> 20} MB", "it is none that coopkg makes")
    files: dict[str, bytes] = {}
    left = UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise UsageError(f"the bundle holds more than {MOST_FILES} files", "it is none that coopkg makes")
            for entry in entries:
                if not _known(entry.filename) or entry.filename in files:
                    raise UsageError(
                        f"the bundle holds '{entry.filename[:80]}', which no bundle of a result holds",
                        "take it again from the site or the command",
                    )
                with archive.open(entry) as file:
                    files[entry.filename] = file.read(left + 1)
                left -= len(files[entry.filename])
                if left < 0:
                    raise UsageError(
                        f"the bundle unpacks to more than {UNPACKED >> 20} MB", "it is none that coopkg makes"
                    )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zipfile.zlib.error):  # type: ignore[attr-defined]
        raise UsageError("the file is no ZIP file that can be read", "take it again from the site") from None
    return files


def _known(name: str) -> bool:
    """Whether a bundle may hold a file of this name: nothing above the bundle, nothing of another kind."""
    if name in (CRATE, RECORD, ROWS, SOURCES):
        return True
    slug = name.removeprefix("queries/").removesuffix(".rq")
    plain = bool(slug) and all(char.isascii() and (char.isalnum() or char in "-_") for char in slug)
    return name == f"queries/{slug}.rq" and plain


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not written in UTF-8", "take the bundle again from the site") from None


def as_table(text: str) -> list[tuple[str, ...]]:
    """The lines of CSV, the header first.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return [tuple(line) for line in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error:
        raise UsageError(f"{ROWS} is no table that can be read", "take the bundle again from the site") from None


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UsageError(f"{RECORD} cannot be read", "take the bundle again from the site")
    return found


def as_csv(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    """Rows as CSV (UTF-8, LF); cells that a spreadsheet would take for a formula begin with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)  # with CRLF, so that a lone CR is quoted
    for line in (columns, *rows):
        writer.writerow([neutral(cell) for cell in line])
    return out.getvalue().replace("\r\n", "\n").encode("utf-8")


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def load(path: Path) -> Bundle:
    """The bundle in a file on disk, as `read`.

    Raises:
        UsageError: as `read`, or the file is too large to be one.
    """
    if path.stat().st_size > LARGEST:
        raise UsageError(f"{path.name} has more than {LARGEST >> 20} MB", "it is none that coopkg makes")
    return read(path.read_bytes())
