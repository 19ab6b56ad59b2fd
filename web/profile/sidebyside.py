"""Countries side by side: the profiles of two to five countries as rows, section by section."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from web import links
from web.profile import Profile
from web.profile.positions import VERDICTS
from web.reading import day_of
from web.text import decimals, euro, mark, say

SECTIONS = {
    "positions": mark("What can be asked"),
    "member-states": mark("By member state"),
    "channels": mark("Channels"),
    "conventions": mark("Conventions"),
    "signed": mark("Signed, negotiated, missing"),
    "routes": mark("Routes"),
    "partnerships": mark("Partnerships"),
    "funding": mark("Funding"),
    "index": mark("Organised crime index"),
    "unknown": mark("What we do not know"),
}
"""The sections in order, with the key of their name."""

WHOLE = [name for name in SECTIONS if name != "member-states"]
"""What is shown where no section is asked for: a line for each member state and matter is asked for by name."""

ANCHORS = {"positions": "ask", "member-states": "ask", "channels": "bodies", "index": "routes"}
"""Where a section stands in a profile, where that has another name."""


@dataclass(frozen=True)
class Line:
    """One row: the notation of its section, what it is about, the value of each country, and where each stands in a profile."""

    section: str
    item: str
    values: tuple[str, ...]
    links: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the countries differ in it."""
        return len(set(self.values)) > 1


Cells = list[tuple[str, str]]
"""What one country has in a section: item and value."""


def lines(profiles: Sequence[Profile], sections: Sequence[str]) -> list[Line]:
    """The rows of some sections, in which each country has a value, empty where nothing is recorded.

    Args:
        profiles: the profiles of the countries, in order, all of one day.
        sections: notations of `SECTIONS`.
    """
    found = []
    for section in sections:
        columns = [dict(CELLS[section](profile)) for profile in profiles]
        for item in dict.fromkeys(item for column in columns for item in column):
            anchors = [
                links.country(profile.code, day_of(profile.day), ANCHORS.get(section, section)) for profile in profiles
            ]
            found.append(Line(section, item, tuple(column.get(item, "") for column in columns), tuple(anchors)))
    return found


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _positions(profile: Profile) -> Cells:
    return [
        (f"{_sentence(tally.name)}: {say(f'verdict {verdict}')}", str(tally.count(verdict)))
        for tally in profile.tallies
        for verdict in VERDICTS
    ]


def _member_states(profile: Profile) -> Cells:
    return [
        (f"{row.name}: {say(f'short {cell.matter}')}", say(f"verdict {cell.verdict}"))
        for row in profile.members
        for cell in row.cells
    ]


def _channels(profile: Profile) -> Cells:
    found = []
    for body in profile.bodies:
        holding = [one for one in body.instruments if one.holds]
        words = (
            say("personal data")
            if any(one.personal_data == "true" for one in holding)
            else say("in force")
            if holding
            else say("signed or not seen in force")
            if body.instruments
            else say("none: a complete list of %(day)s", day=body.looked)
            if body.looked
            else ""
        )
        found.append((say("%(body)s: instrument", body=body.short), words))
        found.append((say("%(body)s: presence", body=body.short), ", ".join(sorted(one.what for one in body.presence))))
    posts: dict[str, set[str]] = {}
    for one in profile.postings:
        posts.setdefault(one.kind, set()).add(one.member_name)
    found += [(_sentence(kind), ", ".join(sorted(names))) for kind, names in sorted(posts.items())]
    return found + [(one.short or one.name, one.role or say("member")) for one in profile.networks]


def _conventions(profile: Profile) -> Cells:
    return [
        (
            one.short or one.title,
            (say("since %(day)s", day=one.since) if one.since else say("in force"))
            if one.holds
            else say("not in force")
            if one.status == "signed-not-in-force"
            else say("signed or not seen in force")
            if one.status == "entry-not-seen"
            else say("state ended"),
        )
        for one in profile.conventions
    ]


def _signed(profile: Profile) -> Cells:
    known = sum(one.status == "signed-not-in-force" for one in profile.signed)
    found = [
        (say("signed, known not to be in force"), str(known)),
        (say("signed, entry into force not seen"), str(len(profile.signed) - known)),
        (say("open negotiations"), str(len(profile.negotiations))),
    ]
    found += [(f"{say('Gap')}: {kind.title}", str(kind.total)) for kind in profile.gaps]
    return found


def _routes(profile: Profile) -> Cells:
    counts: dict[str, int] = {}
    for route in profile.routes:
        counts[route.commodity] = counts.get(route.commodity, 0) + 1
    found = [(say("routes: %(commodity)s", commodity=name), str(count)) for name, count in sorted(counts.items())]
    found += [(say("known as: %(commodity)s", commodity=one.commodity), ", ".join(one.roles)) for one in profile.roles]
    seized = [
        (say("seized: %(commodity)s", commodity=one.commodity), f"{one.what} ({one.year})") for one in profile.seizures
    ]
    return found + [
        (item, "; ".join(what for other, what in seized if other == item))
        for item in dict.fromkeys(item for item, _ in seized)
    ]


def _partnerships(profile: Profile) -> Cells:
    return [
        (one.short or one.name, ", ".join(part for part in (one.role or say("member"), one.since) if part))
        for one in profile.partnerships
    ]


def _funding(profile: Profile) -> Cells:
    subjects: dict[str, list[str]] = {}
    for line in profile.funding:
        if line.active:
            subjects.setdefault(line.subject or say("no subject recorded"), []).append(line.until)
    found = [
        (
            say("running: %(subject)s", subject=subject),
            str(len(ends)) + (f" ({say('until %(day)s', day=max(ends))})" if all(ends) else ""),
        )
        for subject, ends in sorted(subjects.items())
    ]
    coming = sum(line.state == "to-come" for line in profile.funding)
    found += [(say("lines to come"), str(coming))]
    return found + [(f"{one.framework}: {one.name}", f"{euro(one.amount)} ({one.status})") for one in profile.envelopes]


def _index(profile: Profile) -> Cells:
    return [(f"{_sentence(one.name)} ({one.year})", decimals(one.score)) for one in profile.scores]


def _unknown(profile: Profile) -> Cells:
    found = [
        (say("%(matter)s: positions unverified", matter=_sentence(tally.name)), str(tally.count("unverified")))
        for tally in profile.tallies
    ]
    return [*found, (say("looks that are too old to count"), str(len(profile.stale)))]


CELLS: dict[str, Callable[[Profile], Cells]] = {
    "positions": _positions,
    "member-states": _member_states,
    "channels": _channels,
    "conventions": _conventions,
    "signed": _signed,
    "routes": _routes,
    "partnerships": _partnerships,
    "funding": _funding,
    "index": _index,
    "unknown": _unknown,
}
