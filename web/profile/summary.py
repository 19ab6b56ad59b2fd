"""A profile in a few sentences, made from its records alone; every number leads to the rows that it counts."""

import datetime

from markupsafe import Markup, escape

from web import links
from web.profile import Profile
from web.profile.positions import Tally
from web.text import euro, listed, long_day, mark, say

NEXT_FRAMEWORK = "2028"
"""The first year of the financial framework that is being negotiated: lines that end before it are counted."""

FEW = 8
"""Up to so many member states are named."""


def summary(profile: Profile, day: datetime.date) -> list[Markup]:
    """The sentences that open a profile, most important first.

    Args:
        profile: the profile.
        day: the day asked about.
    """
    if profile.member:
        return [
            told(
                "On %(day)s this is a member state of the European Union: it asks, and is not asked. Recorded about it here are its conventions, routes, partnerships and postings.",
                day=long_day(day),
            )
        ]
    if profile.third and not profile.members:
        return [told("On %(day)s no state was a member of the European Union, so nobody asks here.", day=long_day(day))]
    if not profile.third:
        return [_territory(profile, day)]
    sentences = [
        _matter(profile.tally("mla"), profile, say("On %(day)s,", day=long_day(day)) + " "),
        _matter(profile.tally("extradition"), profile, ""),
        _joined([_body(profile, "europol", "Europol"), _body(profile, "eurojust", "Eurojust"), _posts(profile)], " "),
        _traffic(profile),
        _sentence([_ties(profile), _money(profile)]),
        _pending(profile),
        _gaps(profile, day),
    ]
    return [sentence for sentence in sentences if sentence]


def told(message: str, **values: object) -> Markup:
    """A message with its values put in as text, or as they are where they are marked up."""
    return Markup(say(message)) % values if values else Markup(say(message))


def counted(number: int, address: str) -> Markup:
    """A number that leads to what it counts; nothing to lead to where it counts nothing."""
    return Markup('<a href="{}">{}</a>').format(address, number) if number else escape(number)


def some(number: int, address: str, one: str, many: str, **values: object) -> Markup:
    """A message for one, or for another number, with the number in it."""
    return told(one if number == 1 else many, count=counted(number, address), **values)


def _joined(parts: list[Markup], between: str) -> Markup:
    return Markup(between).join([part for part in parts if part])


def _sentence(parts: list[Markup]) -> Markup:
    joined = _joined(parts, "; ")
    return joined + "." if joined else joined


def _territory(profile: Profile, day: datetime.date) -> Markup:
    """Why a territory of a member state has no positions."""
    given = {"day": long_day(day), "state": profile.sovereign}
    if profile.kind == "union-territory":
        return told(
            "On %(day)s this is a part of %(state)s to which the Treaties of the European Union apply: it is no third country, so it has no positions. Recorded about it here are routes, partnerships and postings.",
            **given,
        )
    if profile.kind == "overseas-territory":
        return told(
            "On %(day)s this is an overseas country or territory of %(state)s, associated with the European Union and not part of it. Its treaty relations run through %(state)s, so it has no positions of its own here; which treaties extend to it is not recorded.",
            **given,
        )
    return told(
        "On %(day)s this is a territory of %(state)s, a member state of the European Union, and not part of the Union. Its treaty relations run through %(state)s, so it has no positions of its own here; which treaties extend to it is not recorded.",
        **given,
    )


def _matter(tally: Tally, profile: Profile, before: str) -> Markup:
    """Who has what in one matter; member states are named where they are few."""
    having = [name for _, name in tally.members["dedicated"]]

    def rows(verdict: str) -> Markup:
        return counted(tally.count(verdict), f"#rows-{tally.matter}-{verdict}")

    parts = [
        told(
            "%(count)s of %(all)s member states have a treaty of general scope",
            count=rows("dedicated"),
            all=counted(len(profile.members), "#ask"),
        )
        + (f" ({listed(having)})" if 0 < len(having) <= FEW else "")
    ]
    for verdict, words in [
        ("arrangement", mark("%(count)s have an agency arrangement")),
        ("sectoral", mark("%(count)s rest on a convention for certain offences only")),
        ("signed-not-in-force", mark("%(count)s have only signed")),
        ("confirmed-gap", mark("%(count)s are known to have none")),
        ("unverified", mark("%(count)s are unverified")),
    ]:
        if tally.count(verdict):
            parts.append(told(words, count=rows(verdict)))
    matter = f"{before}{tally.name}" if before else tally.name[:1].upper() + tally.name[1:]
    return told("%(matter)s: %(parts)s.", matter=matter, parts=_joined(parts, ", "))


def _body(profile: Profile, code: str, name: str) -> Markup:
    """Whether a body has an agreement in force, and whether personal data may flow."""
    body = profile.body(code)
    holding = [one for one in body.instruments if one.holds]
    linked = Markup('<a href="#body-{}">{}</a>').format(code, name)
    if any(one.personal_data == "true" for one in holding):
        return told("%(body)s may exchange personal data under an agreement in force.", body=linked)
    if holding:
        return told(
            "%(body)s has an instrument in force, without a recorded power to exchange personal data.", body=linked
        )
    if body.instruments:
        return told("%(body)s has an instrument that is not known to be in force.", body=linked)
    if body.looked:
        return told(
            "%(body)s has no agreement: a complete list of %(day)s does not name the country.",
            body=linked,
            day=body.looked,
        )
    return told("No agreement of %(body)s is recorded.", body=linked)


def _posts(profile: Profile) -> Markup:
    if not profile.postings:
        return told("No liaison post of a member state is recorded.")
    return (
        some(
            len(profile.postings),
            "#postings",
            mark("%(count)s liaison post of a member state is recorded"),
            mark("%(count)s liaison posts of member states are recorded"),
        )
        + f" ({listed(sorted({one.member_name for one in profile.postings}))})."
    )


def _traffic(profile: Profile) -> Markup:
    routes = some(
        len(profile.routes),
        "#routes",
        mark("%(count)s trafficking route is recorded through the country"),
        mark("%(count)s trafficking routes are recorded through the country"),
    )
    if not profile.seizures:
        return routes + "."
    return _sentence(
        [
            routes,
            some(
                len(profile.seizures),
                "#seizures",
                mark("%(count)s figure on seizures"),
                mark("%(count)s figures on seizures"),
            ),
        ]
    )


def _ties(profile: Profile) -> Markup:
    return some(
        len(profile.partnerships),
        "#partnerships",
        mark("The country is in %(count)s recorded partnership or network"),
        mark("The country is in %(count)s recorded partnerships and networks"),
    )


def _money(profile: Profile) -> Markup:
    lines = [line for line in profile.funding if line.active]
    words = some(len(lines), "#funding", mark("%(count)s funding line runs"), mark("%(count)s funding lines run"))
    before = [line for line in lines if line.until and line.last < NEXT_FRAMEWORK]
    if before and profile.day < NEXT_FRAMEWORK:
        words += ", " + told("%(count)s with an end before 2028", count=counted(len(before), "#funding"))
    coming = [line for line in profile.funding if line.state == "to-come"]
    if coming:
        words += ", " + told("%(count)s to come", count=counted(len(coming), "#funding"))
    proposed = [one for one in profile.envelopes if one.proposed and one.years[0] >= NEXT_FRAMEWORK]
    if proposed:
        words += "; " + told(
            "for its region %(amount)s is proposed from 2028",
            amount=Markup('<a href="#envelopes">{}</a>').format(euro(proposed[0].amount)),
        )
    return words


def _pending(profile: Profile) -> Markup:
    known = [one for one in profile.signed if one.status == "signed-not-in-force"]
    unseen = len(profile.signed) - len(known)
    parts = [
        some(
            len(known),
            "#signed",
            mark("%(count)s instrument is signed and known not to be in force"),
            mark("%(count)s instruments are signed and known not to be in force"),
        )
    ]
    if unseen:
        parts.append(
            some(
                unseen,
                "#signed",
                mark("of %(count)s more the entry into force was not seen"),
                mark("of %(count)s more the entry into force was not seen"),
            )
        )
    parts.append(
        some(
            len(profile.negotiations),
            "#negotiations",
            mark("%(count)s negotiation is open"),
            mark("%(count)s negotiations are open"),
        )
    )
    return _sentence(parts)


def _gaps(profile: Profile, day: datetime.date) -> Markup:
    def count(status: str) -> Markup:
        return counted(profile.gap_count(status), links.gaps(day, country=profile.code, status=status))

    return told(
        "Gaps: %(confirmed)s confirmed, %(signed)s only signed, %(unverified)s unverified.",
        confirmed=count("confirmed-gap"),
        signed=count("signed-not-in-force"),
        unverified=count("unverified"),
    )
