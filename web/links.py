"""Every address that the site makes, and the page of an IRI. No template writes an address by hand."""

import datetime
from typing import Any
from urllib.parse import quote, urlencode

from flask import g, has_request_context, request, url_for

from kg.vocab import COUNTRY


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


def gaps(day: datetime.date | None = None, **filters: Any) -> str:
    """The list of gaps, narrowed by filters."""
    return to("pages.gaps", **filters, day=_day(day))


def gaps_file(form: str, day: datetime.date, **filters: Any) -> str:
    """The list of gaps as a file; the day is always named, so that the address keeps its meaning."""
    return to("api.gaps", form=form, **filters, day=str(day))


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
