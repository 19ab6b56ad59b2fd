"""Matrices as files: CSV (one row a cell), JSON and a workbook. Each says from which graph, for which day and matters."""

import json
from collections.abc import Sequence
from pathlib import Path

from kg import export
from kg.labels import KOSOVO_FOOTNOTE, Labels
from kg.languages import spoken
from kg.matrix import Matrix, sources
from kg.regions import arrangement
from kg.statuses import GRADES, STATUSES
from kg.store import Store
from kg.workbook import WORDS, workbook

FORMS = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The forms and their media types."""


def write(
    form: str,
    found: Sequence[Matrix],
    store: Store,
    folder: Path,
    meta: dict[str, str],
    labels: Labels,
    language: str = "en",
) -> bytes:
    """Matrices of one day as one file; the same graph gives the same bytes.

    Args:
        form: one of `FORMS`.
        found: the matrices in order, at least one.
        store: the graph that they are of.
        folder: the folder of saved questions, `queries/ask`.
        meta: what the file says about itself, as `about` gives it.
        labels: names in the language wanted.
        language: `en` or `fr`.
    """
    if form == "xlsx":
        return workbook(
            [(matrix, sources(store, folder, matrix)) for matrix in found], arrangement(store), labels, meta, language
        )
    remark, footnote = spoken(WORDS, language)["reciprocity meaning"], f"* Kosovo: {spoken(KOSOVO_FOOTNOTE, language)}"
    if form == "csv":
        rows = [row for matrix in found for row in matrix.rows(labels)]
        kosovo = {"footnote": footnote} if any(row["country"] == "XKX" for row in rows) else {}
        return export.gap_csv(rows, meta | {"note": remark} | kosovo)
    data = {
        "meta": meta,
        "statuses": spoken(STATUSES, language),
        "grades": spoken(GRADES, language),
        "remarks": [remark, footnote],
        "matrices": [matrix.record() for matrix in found],
    }
    return (json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8")


def about(graph: str, found: Sequence[Matrix], narrowed: dict[str, str]) -> dict[str, str]:
    """What a file of matrices says about itself.

    Args:
        graph: digest of the graph, or address of the endpoint, that was asked.
        found: the matrices of one day, at least one.
        narrowed: what they were narrowed to, by name; empty values are left out.
    """
    given = {"matter": ", ".join(matrix.matter for matrix in found), **narrowed}
    given["stale_months"] = str(found[0].stale_months)
    return export.meta(graph, found[0].day, sum(len(matrix.cells) for matrix in found), "matrix", given)
