"""Every address that the site makes, and the page of an IRI. No template writes an address by hand."""

import datetime
import functools
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import current_app, g, has_request_context, request, url_for

from kg.gaps import Gap
from kg.vocab import BASE, COUNTRY, local

PATH = re.compile(r"(id|code|def|genid|shape|graph|build)(/[a-z0-9_.-]+)*|dataset|catalogue|project", re.IGNORECASE)
"""What stands below the project's base in the IRIs that the site has pages of."""


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


def search(q: str = "", kind: str = "") -> str:
    """What a search finds, of all kinds or one."""
    return to("search.show", q=q, kind=kind)


def search_json() -> str:
    """The best of what a search finds, for suggestions while one types."""
    return to("search.suggest")


def country(code: str, day: datetime.date | None = None, anchor: str = "") -> str:
    """A country's profile on a day."""
    return to("country.show", code=code, day=_day(day)) + (f"#{anchor}" if anchor else "")


def country_since(code: str, day: datetime.date | None, since: datetime.date) -> str:
    """The same with what changed since another day."""
    return to("country.show", code=code, day=_day(day), since=str(since)) + "#changes"


def country_pdf(code: str, day: datetime.date | None = None) -> str:
    """The brief of a country as PDF."""
    return to("country.pdf", code=code, day=_day(day))


def compare(codes: Sequence[str] = (), day: datetime.date | None = None, section: str = "", only: str = "") -> str:
    """Countries side by side."""
    return to("compare.show", c=list(codes), day=_day(day), section=section, only=only)


def compare_file(form: str, codes: Sequence[str], day: datetime.date, section: str = "", only: str = "") -> str:
    """The same as a file; the day is always named."""
    return to("compare.file", form=form, c=list(codes), section=section, only=only, day=str(day))


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


def desk(values: Mapping[str, Any] | None = None) -> str:
    """The gap desk in a state, as `web.desk_state.State.values` gives it."""
    return to("desk.show", **(values or {}))


def desk_file(form: str, values: Mapping[str, Any], day: datetime.date) -> str:
    """What the desk shows as a file; the day is always named."""
    return to("desk_file.file", form=form, **{**values, "day": str(day)})


def funding(day: datetime.date | None = None, **filters: Any) -> str:
    """The funding lines and envelopes, narrowed by filters."""
    return to("funding.show", **filters, day=_day(day))


def funding_line(iri: str, day: datetime.date | None = None) -> str:
    """One funding line, by its IRI."""
    return to("funding.line", identifier=local(iri), day=_day(day))


def ledger(first: datetime.date | str = "", last: datetime.date | None = None, **filters: Any) -> str:
    """What changed between two days, narrowed by filters; without an earlier day, the page to choose two on."""
    return to("ledger.show", **{"from": str(first)}, to=_day(last), **filters)


def ledger_file(form: str, first: datetime.date, last: datetime.date, **filters: Any) -> str:
    """The same as a file; both days are always named."""
    return to("ledger.file", form=form, **{"from": str(first)}, to=str(last), **filters)


def matrix(matter: str = "", day: datetime.date | None = None, **filters: Any) -> str:
    """The matrix of a matter on a day, narrowed by filters."""
    return to("matrix.show", matter=matter, day=_day(day), **filters)


def matrix_file(form: str, day: datetime.date, matter: str = "", **filters: Any) -> str:
    """The same as a file, without a matter a workbook of all; the day is always named."""
    return to("matrix.file", form=form, matter=matter, day=str(day), **filters)


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


def check() -> str:
    """Where rows are checked."""
    return to("steward.check")


def propose(name: str = "", key: Sequence[str] = ()) -> str:
    """Where rows are proposed: the tables, or the form for a row of one; `key` says which row is changed."""
    return to("steward.row", name=name, key=list(key)) if name else to("steward.propose")


def freshness(day: datetime.date | None = None) -> str:
    """Facts that were last checked long ago."""
    return to("freshness.show", day=_day(day))


def freshness_file(form: str, day: datetime.date) -> str:
    """The same as a file; the day is always named."""
    return to("freshness.file", form=form, day=str(day))


def routes(day: datetime.date | None = None, matter: str = "", commodity: str = "") -> str:
    """The list of routes, of all commodities or one, with positions in a matter."""
    return to("routes.show", day=_day(day), matter=matter, commodity=commodity)


def route(identifier: str, day: datetime.date | None = None, matter: str = "") -> str:
    """One route."""
    return to("routes.route", identifier=identifier, day=_day(day), matter=matter)


def leg(route_of_it: str, identifier: str, day: datetime.date | None = None, matter: str = "") -> str:
    """The line of one leg on the page of its route."""
    return f"{route(route_of_it, day, matter)}#{quote(identifier)}"


def hub(identifier: str, day: datetime.date | None = None, matter: str = "") -> str:
    """One hub."""
    return to("routes.hub", identifier=identifier, day=_day(day), matter=matter)


def sparql(saved: str = "") -> str:
    """The query page, with a saved question filled in."""
    return to("sparql.answer", saved=saved)


def library(name: str = "") -> str:
    """The library of saved questions, or one of them."""
    return to("library.show", name=name) if name else to("library.index")


def not_known(code: str, day: datetime.date) -> str:
    """The question what is not known about a country."""
    return to("library.show", name="not-known", country=code, day=_day(day))


def library_file(suffix: str) -> str:
    """The library described in RDF."""
    return to("library.index_file", suffix=suffix)


def openapi() -> str:
    """The addresses of data, described as OpenAPI."""
    return to("openapi.document")


def editor(saved: str, values: dict[str, str]) -> str:
    """The query page, with a saved question and its parameters filled in."""
    return to("editor.open_saved", name=saved, **values)


def words() -> str:
    """What the editor completes."""
    return to("editor.words")


def cancel() -> str:
    """Where the editor ends a query."""
    return url_for("editor.cancel")


def about() -> str:
    """How the site comes to what it says."""
    return to("pages.about")


def asset(name: str) -> str:
    """A file of the site's own; the address changes with its content, so that browsers may keep it."""
    path = Path(current_app.static_folder or "") / name
    return url_for("static", filename=name, v=_version(path, path.stat().st_mtime_ns if path.exists() else 0))


@functools.lru_cache(200)
def _version(path: Path, changed: int) -> str:
    """The first signs of the digest of a file; `changed` is when it was written."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if changed else ""


def here(**changes: str) -> str:
    """The address of this page with some values changed; a reader's own values are written as data, never as options."""
    values = {**request.args.to_dict(flat=False), **changes}
    given = {name: value for name, value in values.items() if value not in ("", [""])}
    return f"{quote(request.script_root + request.path)}?{urlencode(given, doseq=True)}"


def page_of(iri: str) -> str:
    """The page about a thing, empty where it has none."""
    if iri.startswith(COUNTRY):
        return country(iri.removeprefix(COUNTRY))
    path, _, anchor = iri.removeprefix(BASE).partition("#")
    if iri == BASE + path + (f"#{anchor}" if anchor else "") and PATH.fullmatch(path):
        return to("linked.page_of_thing", path=path) + (f"#{anchor}" if anchor else "")
    return ""


def term(name: str) -> str:
    """The page about one term of the ontology; `name` is the last part of its IRI."""
    return to("linked.page_of_thing", path=f"def/term/{name}")


def rdf(path: str, suffix: str) -> str:
    """What the graph says about a thing as RDF; `path` is what its IRI has below the project's base."""
    return url_for("linked.document", path=path, suffix=suffix)


def data() -> str:
    """The data to take away: files, service, feeds, licence."""
    return to("catalogue.show")


def result(name: str, day: datetime.date | None = None, **parameters: Any) -> str:
    """The permanent address of a result: the site adds the build and all parameters that are left out."""
    return to("results.show", name=name, day=str(day or datetime.date.today()), **parameters)
