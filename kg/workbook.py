"""Matrices as a workbook: a sheet a matter, a legend, the sources, and what the whole is about."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kg.export import head, text_cell, written
from kg.labels import KOSOVO_FOOTNOTE, Labels
from kg.languages import spoken
from kg.matrix import Cell, Cited, Matrix
from kg.regions import HEADINGS, TERRITORIES, Arrangement
from kg.statuses import GRADES, SHORT, STATUS_OF, STATUSES, VERDICTS
from kg.vocab import CODE, COUNTRY

COLOURS = {
    "dedicated": ("9BD0AE", "0B3A1C"),
    "arrangement": ("CFE2F5", "0F3F70"),
    "sectoral": ("FBF0CF", "5D4300"),
    "signed-not-in-force": ("D9C7EC", "3B1A5E"),
    "confirmed-gap": ("9B1C16", "FFFFFF"),
    "unverified": ("FFFFFF", "4F5865"),
}
"""Fill and ink of each verdict. They differ in lightness too, so that a print in grey keeps them apart; the word in the cell says the same."""

FIXED = 3
"""Columns that stay in view: region, country, code."""

TOP = 3
"""Rows that stay in view: what the sheet is, names, codes."""

WORDS = {
    "en": {
        "region": "Region",
        "territories": "Territories",
        "country": "Third country",
        "code": "Code",
        "sheet": "%(matter)s, %(day)s. Rows: third countries; columns: member states. Sheet Legend says what a cell means.",
        "cell": "Cell",
        "status": "Status",
        "grade": "Strongest basis",
        "meaning": "Meaning",
        "number": "The number in a cell is that of all bases in force between the two on the day, of any grade; the word names the strongest. A cell without a number rests on no basis.",
        "matter": "Matter",
        "name": "Name",
        "pairs": "Cells",
        "shows": "What it shows",
        "basis": "a basis in force",
        "signature": "a signature without entry into force",
        "absence": "that there is none",
        "cells": "Cells that rest on it",
        "title": "Title",
        "url": "URL",
        "as_of": "As of",
        "undated": "undated",
        "confidence": "Confidence",
        "confidence high": "high: the issuer's or depositary's own page",
        "confidence medium": "medium: a government, a reference work or a mirror",
        "confidence low": "low: news or a single find",
        "day": "Day asked about",
        "graph": "Graph",
        "parameters": "Parameters",
        "stale": "Age limit",
        "stale meaning": "A known absence counts for %(months)s months after the day of its source; older ones are shown as unverified (setting COOPKG_STALE_MONTHS).",
        "reciprocity": "Not recorded",
        "reciprocity meaning": "Cooperation on reciprocity under national law is not recorded: “no treaty” never means “no cooperation possible”.",
        "unverified": "Unverified",
        "unverified meaning": "An unverified cell is not a gap: nobody has looked, or too long ago.",
        "none": "no cells: on this day there is no member state or no third country of that choice",
        "footnote": "* Kosovo",
        "source": "Sources",
        "source meaning": "A cell counts for each source of all its bases; a signature or a known absence counts where it decides the cell. An unverified cell has no source.",
    },
    "fr": {
        "region": "Région",
        "territories": "Territoires",
        "country": "Pays tiers",
        "code": "Code",
        "sheet": "%(matter)s, %(day)s. Lignes : pays tiers ; colonnes : États membres. La feuille Légende dit ce que signifie une cellule.",
        "cell": "Cellule",
        "status": "Statut",
        "grade": "Base la plus forte",
        "meaning": "Signification",
        "number": "Le nombre dans une cellule est celui de toutes les bases en vigueur entre les deux à la date, de tout degré ; le mot nomme la plus forte. Une cellule sans nombre ne repose sur aucune base.",
        "matter": "Matière",
        "name": "Nom",
        "pairs": "Cellules",
        "shows": "Ce qu'elle montre",
        "basis": "une base en vigueur",
        "signature": "une signature sans entrée en vigueur",
        "absence": "qu'il n'y en a pas",
        "cells": "Cellules qui en dépendent",
        "title": "Titre",
        "url": "URL",
        "as_of": "État au",
        "undated": "sans date",
        "confidence": "Confiance",
        "confidence high": "élevée : la page de l'émetteur ou du dépositaire",
        "confidence medium": "moyenne : un gouvernement, un ouvrage de référence ou un miroir",
        "confidence low": "faible : presse ou trouvaille isolée",
        "day": "Date demandée",
        "graph": "Graphe",
        "parameters": "Paramètres",
        "stale": "Limite d'âge",
        "stale meaning": "Une absence connue compte pendant %(months)s mois après la date de sa source ; au-delà, la cellule est non vérifiée (réglage COOPKG_STALE_MONTHS).",
        "reciprocity": "Non enregistré",
        "reciprocity meaning": "La coopération fondée sur la réciprocité prévue par le droit national n'est pas enregistrée : « pas de traité » ne signifie jamais « pas de coopération possible ».",
        "unverified": "Non vérifié",
        "unverified meaning": "Une cellule non vérifiée n'est pas une lacune : personne n'a vérifié, ou il y a trop longtemps.",
        "none": "aucune cellule : à cette date il n'y a pas d'État membre, ou pas de pays tiers de ce choix",
        "footnote": "* Kosovo",
        "source": "Sources",
        "source meaning": "Une cellule compte pour chaque source de toutes ses bases ; une signature ou une absence connue compte là où elle décide de la cellule. Une cellule non vérifiée n'a pas de source.",
    },
}
SHEETS = {"en": ("Legend", "Sources", "About"), "fr": ("Légende", "Sources", "À propos")}


def workbook(
    found: Sequence[tuple[Matrix, Sequence[Cited]]],
    arranged: Arrangement,
    labels: Labels,
    meta: Mapping[str, str],
    language: str = "en",
) -> bytes:
    """The workbook of some matrices of one day; the same graph gives the same bytes.

    Args:
        found: the matrices in the order of their sheets, each with the sources behind it; at least one.
        arranged: the order of the lines.
        labels: names in the language wanted.
        meta: what the export says about itself, as `kg.export.meta` gives it.
        language: `en` or `fr`.
    """
    book, words = Workbook(write_only=True), spoken(WORDS, language)
    for matrix, _ in found:
        _matter(book.create_sheet(matrix.matter), matrix, arranged, labels, language)
    legend, sources, about = (book.create_sheet(name) for name in spoken(SHEETS, language))
    _legend(legend, [matrix for matrix, _ in found], labels, language)
    _sources(sources, found, words)
    _about(about, found[0][0], meta, language)
    return written(book)


def _matter(sheet: Any, matrix: Matrix, arranged: Arrangement, labels: Labels, language: str) -> None:
    words, name = spoken(WORDS, language), _capital(labels.of(f"{CODE}matter/{matrix.matter}"))
    last = get_column_letter(FIXED + len(matrix.member_states))
    order = {heading: place for place, heading in enumerate(HEADINGS)}
    lines = sorted(
        (order[arranged.heading(country)], labels.of(COUNTRY + country), country) for country in matrix.countries
    )
    headings = [
        words["territories"] if heading == TERRITORIES else labels.of(f"{CODE}country-group/{heading}")
        for heading in HEADINGS
    ]
    sheet.freeze_panes = f"{get_column_letter(FIXED + 1)}{TOP + 1}"
    sheet.auto_filter.ref = f"A{TOP}:{last}{TOP + len(lines)}"
    for place in range(1, FIXED + len(matrix.member_states) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = (24, 30, 7)[place - 1] if place <= FIXED else 12.5
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows, sheet.print_title_cols = f"{TOP - 1}:{TOP}", "B:C"
    sheet.append([_bold(sheet, words["sheet"] % {"matter": name, "day": matrix.day})])
    sheet.append(
        [_header(sheet, text) for text in ("", "", "", *(labels.of(COUNTRY + code) for code in matrix.member_states))]
    )
    sheet.append(
        [_header(sheet, text) for text in (words["region"], words["country"], words["code"], *matrix.member_states)]
    )
    if not matrix.cells:
        sheet.append([words["none"]])
        return
    # One cell for all that say the same: they are written one by one, and giving each its style takes most of the time.
    samples = {cell: _sample(sheet, cell, language) for cell in sorted(set(matrix.cells.values()), key=str)}
    for place, country_name, country in lines:
        sheet.append(
            [
                text_cell(sheet, headings[place]),
                text_cell(sheet, country_name),
                country,
                *(samples[matrix.cells[member, country]] for member in matrix.member_states),
            ]
        )


def _legend(sheet: Any, matrices: Sequence[Matrix], labels: Labels, language: str) -> None:
    words = spoken(WORDS, language)
    _widths(sheet, 16, 30, 40, 110)
    sheet.append([head(sheet, words[name]) for name in ("cell", "status", "grade", "meaning")])
    for verdict in VERDICTS:
        status = STATUS_OF.get(verdict, verdict)
        grade = verdict if verdict in spoken(GRADES, language) else None
        sheet.append(
            [
                _sample(sheet, Cell(status, grade, 1 if grade else 0), language, "n" if grade else ""),
                f"{status}: {labels.of(f'{CODE}position-status/{status}')}",
                f"{grade}: {labels.of(f'{CODE}grade/{grade}')}" if grade else "",
                _wrapped(
                    sheet,
                    " ".join(
                        [spoken(STATUSES, language)[status], *([spoken(GRADES, language)[grade]] if grade else [])]
                    ),
                ),
            ]
        )
    for text in ("number", "unverified meaning", "reciprocity meaning"):
        sheet.append([])
        sheet.append(["", "", "", _wrapped(sheet, words[text])])
    sheet.append([])
    sheet.append([head(sheet, text) for text in (words["matter"], words["name"], "", "")])
    for matrix in matrices:
        sheet.append([matrix.matter, text_cell(sheet, labels.of(f"{CODE}matter/{matrix.matter}"))])
    sheet.append([])
    counted = [
        verdict for verdict in VERDICTS if any(cell.verdict == verdict for m in matrices for cell in m.cells.values())
    ]
    sheet.append(
        [head(sheet, text) for text in (words["pairs"], *(spoken(SHORT, language)[verdict] for verdict in counted))]
    )
    for matrix in matrices:
        verdicts = [cell.verdict for cell in matrix.cells.values()]
        sheet.append([matrix.matter, *(verdicts.count(verdict) for verdict in counted)])


def _sources(sheet: Any, found: Sequence[tuple[Matrix, Sequence[Cited]]], words: Mapping[str, str]) -> None:
    _widths(sheet, 18, 34, 14, 70, 70, 12, 46)
    rows = [(matrix.matter, one) for matrix, cited in found for one in cited]
    sheet.freeze_panes, sheet.auto_filter.ref = "A2", f"A1:G{len(rows) + 1}"
    names = ("matter", "shows", "cells", "title", "url", "as_of", "confidence")
    sheet.append([head(sheet, words[name]) for name in names])
    for matter, one in rows:
        values = (
            matter,
            words[one.shows],
            one.cells,
            one.source.title,
            one.source.url,
            one.source.as_of or words["undated"],
            words[f"confidence {one.source.confidence}"],
        )
        sheet.append([text_cell(sheet, value) for value in values])


def _about(sheet: Any, first: Matrix, meta: Mapping[str, str], language: str) -> None:
    words = spoken(WORDS, language)
    _widths(sheet, 24, 120)
    lines = {
        words["day"]: str(first.day),
        words["graph"]: meta["graph"],
        words["parameters"]: meta["parameters"],
        words["pairs"]: meta["rows"],
        words["stale"]: words["stale meaning"] % {"months": first.stale_months},
        words["unverified"]: words["unverified meaning"],
        words["reciprocity"]: words["reciprocity meaning"],
        words["source"]: words["source meaning"],
        words["footnote"]: spoken(KOSOVO_FOOTNOTE, language),
    }
    for name, text in lines.items():
        sheet.append([head(sheet, name), _wrapped(sheet, text)])


def _sample(sheet: Any, cell: Cell, language: str, number: str = "") -> WriteOnlyCell:
    """The cell of a position: word, number of bases, colour."""
    text = f"{spoken(SHORT, language)[cell.verdict]} {number or cell.bases or ''}".strip()
    made = WriteOnlyCell(sheet, value=text)
    made.font, made.fill, made.border, made.alignment = _look(cell.verdict)
    return made


@functools.cache
def _look(verdict: str) -> tuple[Font, PatternFill, Border, Alignment]:
    fill, ink = COLOURS[verdict]
    side = Side("thin", color="C4CAD3")
    return (
        Font(color=ink, bold=verdict == "confirmed-gap", italic=verdict == "unverified"),
        PatternFill("solid", fgColor=fill),
        Border(left=side, right=side, top=side, bottom=side),
        Alignment(horizontal="center"),
    )


def _header(sheet: Any, text: str) -> WriteOnlyCell:
    cell = head(sheet, text)
    cell.alignment = Alignment(wrap_text=True, vertical="bottom")
    return cell


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.font = Font(bold=True)
    return cell


def _wrapped(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _widths(sheet: Any, *widths: float) -> None:
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
