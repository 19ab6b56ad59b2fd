"""One country's profile, read from the graph into records that pages, files and data share.

`read` puts it together; each section has its own module: `positions` (what can be asked), `channels`,
`traffic`, `partnerships`, `money` (drawn by `timeline`), `agreements`, `unknown`, and `changes` between two
days. `asking` is what they share. Every fact carries the numbers of its `notes`, which name source, date
and confidence. `summary` says it in sentences, `brief` sets two pages of it as PDF.
"""

import datetime
from dataclasses import dataclass, field

from web.profile import agreements, channels, money, partnerships, positions, traffic, unknown
from web.profile.agreements import Negotiation, Signed
from web.profile.asking import Asking
from web.profile.channels import Body, Instrument, Posting
from web.profile.money import Envelope, Funding
from web.profile.notes import Note
from web.profile.partnerships import Partnership
from web.profile.positions import MemberRow, Tally
from web.profile.traffic import Role, Route, Score, Seizure, Type
from web.profile.unknown import GapCount, Unknown
from web.reading import Country, Reading

QUESTIONS = [
    "signed",
    "inferred-types",
    *(
        f"profile-{name}"
        for name in (
            "routes",
            "participations",
            "positions",
            "completeness",
            "funding",
            "postings",
            "roles",
            "index",
            "absences",
            "partnerships",
            "events",
            "seizures",
            "mandates",
            "presence",
            "envelopes",
        )
    ),
]
"""What every profile asks, slowest first."""


@dataclass(frozen=True)
class Profile:
    """All that is recorded about one country on a day; for a member state of that day, and for its territories, the table is empty."""

    code: str
    alpha2: str
    name: str
    region: str
    kind: str
    sovereign: str
    state: bool
    member: bool
    third: bool
    day: str
    members: tuple[MemberRow, ...]
    tallies: tuple[Tally, ...]
    bodies: tuple[Body, ...]
    conventions: tuple[Instrument, ...]
    signed: tuple[Signed, ...]
    negotiations: tuple[Negotiation, ...]
    routes: tuple[Route, ...]
    roles: tuple[Role, ...]
    types: tuple[Type, ...]
    seizures: tuple[Seizure, ...]
    scores: tuple[Score, ...]
    postings: tuple[Posting, ...]
    partnerships: tuple[Partnership, ...]
    funding: tuple[Funding, ...]
    envelopes: tuple[Envelope, ...]
    gaps: tuple[GapCount, ...]
    lists: tuple[Unknown, ...]
    stale: tuple[Unknown, ...]
    notes: tuple[Note, ...] = field(default=())

    def tally(self, matter: str) -> Tally:
        """The tally of one matter."""
        return next(tally for tally in self.tallies if tally.matter == matter)

    def body(self, code: str) -> Body:
        """One of `channels.BODIES`."""
        return next(body for body in self.bodies if body.code == code)

    @property
    def low(self) -> int:
        """How many sources are cited with low confidence."""
        return sum(note.source.confidence == "low" for note in self.notes)

    @property
    def networks(self) -> tuple[Partnership, ...]:
        """The networks of contact points among the partnerships."""
        return tuple(one for one in self.partnerships if one.network)

    def gap_count(self, status: str) -> int:
        """How many gaps of all kinds have a status."""
        return sum(kind.counts.get(status, 0) for kind in self.gaps)


def read(reading: Reading, country: Country, day: datetime.date, language: str) -> Profile:
    """The profile of a country.

    Args:
        reading: the graph.
        country: the country.
        day: the day asked about.
        language: the language of names.
    """
    asking = Asking(reading, country, day, language)
    asking.ahead(QUESTIONS)
    member = country.code in reading.members("eu", day)
    third = not {country.code, country.sovereign} & reading.members("eu", day)
    lines = positions.members(asking) if third else ()
    bodies, conventions = channels.bodies(asking, not third)
    routes, roles = traffic.routes(asking), traffic.roles(asking)
    postings, partners = channels.postings(asking), partnerships.partnerships(asking)
    empty = {"postings": not postings, "partnerships": not partners, "treaties": third}
    topics = {topic for topic, wanted in empty.items() if wanted}
    return Profile(
        country.code,
        country.alpha2,
        asking.labels.of(country.iri),
        asking.code_name("country-group", country.region),
        country.kind,
        asking.labels.of(reading.countries[country.sovereign].iri) if country.sovereign else "",
        country.state,
        member,
        third,
        str(day),
        lines,
        positions.tallies(asking, lines),
        bodies,
        conventions,
        agreements.signed(asking),
        agreements.negotiations(asking),
        routes,
        roles,
        traffic.types(asking),
        traffic.seizures(asking),
        traffic.scores(asking),
        postings,
        partners,
        money.funding(asking),
        money.envelopes(asking),
        unknown.gaps(asking) if third else (),
        unknown.lists(asking, topics),
        unknown.stale(asking),
        asking.notes.entries(),
    )
