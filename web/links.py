"""Every address that the site makes, and the page of an IRI. No template writes an address by hand."""

import datetime
from typing import Any
from urllib.parse import quote, urlencode

from flask import g, has_request_context, request, url_for

from kg import dates
from kg.gaps import Gap
from kg.vocab import COUNTRY, local


def to(endpoint: str, **values: Any) -> str:
    """The address of an endpoint; empty values are left out, and a language chosen by hand is kept."""
    if has_request_context() and g.get("language_chosen") and endpoint != "static":
        values.setdefault("lang", g.language)
    return url_for(endpoint, **{name: value for name, value in values.items() if value not in ("", None)})


def _day(day: datetime.date | None) -> str:
    return "" if day is None or day == datetime.date.today() else str(day)


def home() -> str:
    """The start page."""
    return to("pages.home")


def countries(q: str = "") -> str:
    """The list of countries, narrowed to a search."""
    return to("pages.countries", q=q)


def countries_json() -> str:
    """The codes that a search finds, for the search as you type."""
    return to("api.countries")


def country(code: str, day: datetime.date | None = None, anchor: str = "") -> str:
    """A country's profile on a day."""
    return to("pages.country", code=code, day=_day(day)) + (f"#{anchor}" if anchor else "")


def country_json(code: str, day: datetime.date | None = None) -> str:
    """The same as data."""
    return to("api.country", code=code, day=_day(day))


def position(member_state: str, code: str, matter: str, day: datetime.date | None = None) -> str:
    """The position of a pair in a matter on a day."""
    return to("pages.position", member_state=member_state, code=code, matter=matter, day=_day(day))


def position_file(form: str, member_state: str, code: str, matter: str, day: datetime.date) -> str:
    """Why a position is what it is, as JSON or JSON-LD; the day is always named."""
    place = {"member_state": member_state, "code": code, "matter": matter}
    return to(f"api.position_{form}", **place, day=str(day))


def why(gap: Gap, day: datetime.date | None = None) -> str:
    """Why a gap is listed."""
    return to("pages.why", kind=gap.kind, **_of_gap(gap), day=_day(day))


def why_file(form: str, gap: Gap, day: datetime.date) -> str:
    """The same as JSON or JSON-LD; the day is always named."""
    return to(f"api.why_{form}", kind=gap.kind, **_of_gap(gap), day=str(day))


def _of_gap(gap: Gap) -> dict[str, str]:
    """What tells a gap from the others of its kind."""
    place = {"country": gap.country, "member_state": gap.member_state, "matter": gap.matter}
    return {**place, "subject": local(gap.subject)}


def gaps(day: datetime.date | None = None, **filters: Any) -> str:
    """The list of gaps, narrowed by filters."""
    return to("pages.gaps", **filters, day=_day(day))


def gaps_file(form: str, day: datetime.date, **filters: Any) -> str:
    """The list of gaps as a file; the day is always named, so that the address keeps its meaning."""
    return to("api.gaps", form=form, **filters, day=str(day))


def ledger(first: datetime.date | str = "", last: datetime.date | None = None, **filters: Any) -> str:
    """What changed between two days, narrowed by filters; without an earlier day, the page to choose two on."""
    return to("ledger.show", **{"from": str(first)}, to=_day(last), **filters)


def changes(code: str, day: datetime.date) -> str:
    """What changed for a country in the two years before a day."""
    return ledger(dates.months_before(day, 24), day, country=code)


def ledger_file(form: str, first: datetime.date, last: datetime.date, **filters: Any) -> str:
    """The same as a file; both days are always named."""
    return to("ledger.file", form=form, **{"from": str(first)}, to=str(last), **filters)


def matrix(matter: str = "", day: datetime.date | None = None) -> str:
    """The matrix of a matter on a day."""
    return to("matrix.show", matter=matter, day=_day(day))


def matrix_file(form: str, day: datetime.date, matter: str = "") -> str:
    """The same as a file, without a matter a workbook of all; the day is always named."""
    return to("matrix.file", form=form, matter=matter, day=str(day))


def positions_of(matter: str, day: datetime.date) -> tuple[str, str, str]:
    """What stands before, between and after the two codes in the address of a position: thousands are made of it at once."""
    before, _, rest = position("-m-", "-c-", matter, day).partition("-m-")
    between, _, after = rest.partition("-c-")
    return before, between, after


def knowledge(day: datetime.date | None = None) -> str:
    """How much is known on a day, and what to look up next."""
    return to("knowledge.show", day=_day(day))


def knowledge_file(form: str, day: datetime.date, list: str) -> str:
    """One of its lists as a file; the day is always named."""
    return to("knowledge.file", form=form, list=list, day=str(day))


def routes(day: datetime.date | None = None, matter: str = "") -> str:
    """The list of routes, with positions in a matter."""
    return to("routes.show", day=_day(day), matter=matter)


def route(identifier: str, day: datetime.date | None = None, matter: str = "") -> str:
    """One route."""
    return to("routes.route", identifier=identifier, day=_day(day), matter=matter)


def hub(identifier: str, day: datetime.date | None = None, matter: str = "") -> str:
    """One hub."""
    return to("routes.hub", identifier=identifier, day=_day(day), matter=matter)


def sparql(saved: str = "") -> str:
    """The query page, with a saved question filled in."""
    return to("api.sparql", saved=saved)


def about() -> str:
    """How the site comes to what it says."""
    return to("pages.about")


def asset(name: str) -> str:
    """A file of the site's own."""
    return url_for("static", filename=name)


def here(**changes: str) -> str:
    """The address of this page with some values changed; a reader's own values are written as data, never as options."""
    values = {**request.args.to_dict(), **changes}
    return f"{quote(request.path)}?{urlencode({name: value for name, value in values.items() if value})}"


def page_of(iri: str) -> str:
    """The page about a thing, empty where it has none."""
    return country(iri.removeprefix(COUNTRY)) if iri.startswith(COUNTRY) else ""
