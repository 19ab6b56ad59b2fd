"""A country's profile in a few sentences, made from its records alone."""

import datetime

from web.profile import Profile, Tally
from web.text import listed, long_day, say


def summary(profile: Profile, day: datetime.date) -> list[str]:
    """The sentences that open a profile.

    Args:
        profile: the profile.
        day: the day asked about.
    """
    if profile.member:
        return [
            say(
                "On %(day)s this is a member state of the European Union: it asks, and is not asked. Recorded about it here are its conventions, routes, partnerships and postings.",
                day=long_day(day),
            )
        ]
    sentences = [
        _matter(profile.tally("mla"), profile, say("On %(day)s,", day=long_day(day)) + " "),
        _matter(profile.tally("extradition"), profile, ""),
    ]
    sentences.append(" ".join([_body(profile, "europol", "Europol"), _body(profile, "eurojust", "Eurojust")]))
    lines = [line for line in profile.funding if line.active]
    ends = sorted(line.until for line in lines if line.until)
    money = say("%(count)s funding lines run", count=len(lines)) if len(lines) != 1 else say("1 funding line runs")
    if ends:
        money += ", " + (
            say("the first ends %(day)s", day=ends[0]) if len(lines) > 1 else say("it ends %(day)s", day=ends[0])
        )
    routes = (
        say("%(count)s trafficking routes are recorded through the country", count=len(profile.routes))
        if len(profile.routes) != 1
        else say("1 trafficking route is recorded through the country")
    )
    return [*sentences, f"{routes}; {money}."]


def _matter(tally: Tally, profile: Profile, before: str) -> str:
    """Who has what in one matter; member states are named where they are few."""
    having = tally.members["dedicated"]
    parts = [
        say(
            "%(count)s of %(all)s member states have a treaty of general scope",
            count=len(having),
            all=len(profile.members),
        )
        + (f" ({listed(having)})" if 0 < len(having) <= 8 else "")
    ]
    for verdict, words in [
        ("arrangement", "%(count)s have an agency arrangement"),
        ("sectoral", "%(count)s rest on a convention for certain offences only"),
        ("signed-not-in-force", "%(count)s have only signed"),
        ("confirmed-gap", "%(count)s are known to have none"),
        ("unverified", "%(count)s are unverified"),
    ]:
        if count := tally.count(verdict):
            parts.append(say(words, count=count))
    matter = f"{before}{tally.name}" if before else tally.name[:1].upper() + tally.name[1:]
    return say("%(matter)s: %(parts)s.", matter=matter, parts=", ".join(parts))


def _body(profile: Profile, code: str, name: str) -> str:
    """Whether a body has an agreement in force, and whether personal data may flow."""
    body = profile.body(code)
    holding = [one for one in body.instruments if one.holds]
    if any(one.personal_data == "true" for one in holding):
        return say("%(body)s may exchange personal data under an agreement in force.", body=name)
    if holding:
        return say(
            "%(body)s has an instrument in force, without a recorded power to exchange personal data.", body=name
        )
    if body.instruments:
        return say("%(body)s has an instrument that is not known to be in force.", body=name)
    if body.looked:
        return say(
            "%(body)s has no agreement: a complete list of %(day)s does not name the country.",
            body=name,
            day=body.looked,
        )
    return say("No agreement of %(body)s is recorded.", body=name)
