"""One country's profile as a page and as a brief in PDF."""

import datetime
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import ClassVar

from flask import Blueprint, Flask, Response, g, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from kg import dates, typeset
from kg.errors import UsageError
from kg.event_words import NONE, WORDS
from kg.languages import spoken
from kg.ledger import Wanted
from web import delivery, links
from web import profile as profiles
from web.atlas import Picture
from web.pages import STATUSES, Page, page
from web.profile import Profile
from web.profile.asking import Asking
from web.profile.brief import Brief
from web.profile.brief import brief as brief_of
from web.profile.changes import Turn, turns
from web.profile.paper import FONTS, TEMPLATE, Origin, paper
from web.profile.routemap import route_map
from web.profile.summary import summary
from web.profile.timeline import Timeline, timeline
from web.reading import Country, Reading, day_of, reader

country = Blueprint("country", __name__)
COMPARED = 24
"""Months between the two days that the page offers to compare."""
WARMED = ("en", "fr")
"""As many languages as the memory of profiles has room for."""
LEDGERS = ThreadPoolExecutor(1, "ledger")
"""Keeps a ledger while the profile beside it is read; one at a time, as the reading does."""


@dataclass(frozen=True)
class CountryPage(Page):
    """One country's profile.

    `turns` is what changed between `first` and `last`, None where no other day is asked about; `called` are its names by language.
    """

    template: ClassVar[str] = "country.html"
    profile: Profile
    brief: Brief
    summary: list[Markup]
    totals: dict[str, int]
    map: Picture | None
    timeline: Timeline | None
    since: datetime.date | None
    two_years: datetime.date
    first: datetime.date
    last: datetime.date
    turns: tuple[Turn, ...] | None
    event_words: dict[str, str]
    no_event: str
    called: dict[str, str]


def init_app(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(country)


def warm(app: Flask, pause: float = 0.05) -> None:
    """Reads today's profile of every country in the languages asked for most, so that few visitors wait for one.

    Args:
        app: the site.
        pause: seconds to wait after each, so that visitors are answered meanwhile.
    """
    for each in WARMED:
        with app.test_request_context(f"/?lang={each}"):
            app.preprocess_request()
            reading, day = reader().current(), datetime.date.today()
            for known in reading.countries.values():
                profile_of(reading, known, day)
                time.sleep(pause)


def profile_of(reading: Reading, known: Country, day: datetime.date) -> Profile:
    """The profile of a country in the reader's language; those asked for last are kept."""
    key = "profile", known.code, day, g.language
    return reading.memory.get(key, lambda: profiles.read(reading, known, day, g.language))


def asked(names: set[str]) -> None:
    """Makes sure that an address says nothing else.

    Raises:
        UsageError: it does.
    """
    for name in request.args:
        if name not in names | {"day", "lang"}:
            raise UsageError(f"'{name[:40]}' says nothing here", f"there are {', '.join(sorted(names | {'day'}))}")


@country.get("/country/<code>")
@delivery.kept
def show(code: str) -> Response | AnyResponse:
    """One country's profile."""
    asked({"since"})
    reading, day = reader().current(), day_of(request.args.get("day", "").strip())
    known, since = reading.country(code), request.args.get("since", "").strip()
    if known.code != code:
        return redirect(links.country(known.code, day), 301)
    other = day_of(since) if since else datetime.date.today()
    first, last = min(day, other), max(day, other)
    if first < last:  # the ledger takes longest, so it is kept beside the rest
        LEDGERS.submit(reading.ledger, Wanted(country=known.code), first, last)
    profile = profile_of(reading, known, day)
    changed = turns(Asking(reading, known, day, g.language), first, last) if profile.third and first < last else None
    labels = reading.labels(g.language)
    values = CountryPage(
        profile.name,
        day,
        reading.graph.digest,
        profile,
        brief_of(profile),
        summary(profile, day),
        {status: profile.gap_count(status) for status in STATUSES},
        route_map(reading, profile, labels, day),
        timeline(profile.funding, profile.envelopes, day),
        other if since else None,
        dates.months_before(day, COMPARED),
        first,
        last,
        changed,
        spoken(WORDS, g.language),
        spoken(NONE, g.language),
        reading.called[known.code],
    )
    return page(values.template, **{one.name: getattr(values, one.name) for one in fields(values)})


@country.get("/country/<code>.pdf")
@country.get("/countries/<code>.pdf")
def pdf(code: str) -> Response | AnyResponse:
    """The brief of a country as PDF."""
    asked(set())
    reading, day = reader().current(), day_of(request.args.get("day", "").strip())
    known = reading.country(code)
    if known.code != code:
        return redirect(links.country_pdf(known.code, day), 301)
    profile = profile_of(reading, known, day)
    origin = Origin(reading.labels(g.language), reading.graph.digest, day)
    content = typeset.pdf(TEMPLATE, paper(profile, brief_of(profile), origin), FONTS)
    name = f"{known.code}-{day}-{g.language}.pdf"
    return Response(content, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
