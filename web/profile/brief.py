"""The two-page brief: which rows of a profile it has room for. The print style and the PDF show the same ones."""

from dataclasses import dataclass
from typing import Any

from web.profile import Profile
from web.profile.agreements import Signed
from web.profile.channels import Instrument, Posting
from web.profile.money import Funding
from web.profile.notes import Note
from web.profile.partnerships import Partnership
from web.profile.traffic import Route
from web.profile.unknown import Unknown

ROOM = {"routes": 6, "partnerships": 5, "funding": 7, "signed": 5, "postings": 6, "conventions": 18, "instruments": 4}
"""How many rows of each section fit: measured on the countries with most records."""

NOTES = 44
"""The most numbered notes that fit; sections give up their last rows until no more are cited."""


@dataclass(frozen=True)
class Brief:
    """The rows that the brief shows, the lists that say why others are missing, and the notes that all of these cite."""

    instruments: tuple[Instrument, ...]
    conventions: tuple[Instrument, ...]
    postings: tuple[Posting, ...]
    routes: tuple[Route, ...]
    partnerships: tuple[Partnership, ...]
    funding: tuple[Funding, ...]
    signed: tuple[Signed, ...]
    looked: tuple[Unknown, ...]
    notes: tuple[Note, ...]


def brief(profile: Profile) -> Brief:
    """What of a profile the brief shows."""
    shown: dict[str, tuple[Any, ...]] = {
        "conventions": tuple(one for one in profile.conventions if one.holds)[: ROOM["conventions"]],
        "postings": profile.postings[: ROOM["postings"]],
        "routes": tuple(sorted(profile.routes, key=lambda one: (not one.hubs, not one.roles)))[: ROOM["routes"]],
        "partnerships": profile.partnerships[: ROOM["partnerships"]],
        "funding": tuple(one for one in profile.funding if one.state != "ended")[: ROOM["funding"]],
        "signed": profile.signed[: ROOM["signed"]],
    }
    instruments = tuple(one for body in profile.bodies for one in body.instruments[: ROOM["instruments"]] if one.holds)
    looked = [one for one in profile.lists if one.topic != "treaties"]  # those of treaties are not in the brief
    facts: list[Any] = [*instruments, *profile.envelopes, *profile.negotiations, *profile.networks, *looked]
    for body in profile.bodies:
        facts += [*body.presence, *body.mandates]
    always = {number for one in facts for number in one.notes}
    always |= {number for body in profile.bodies for number in body.looked_notes}
    while len(cited := always | _cited(shown)) > NOTES and any(shown.values()):
        longest = max(shown, key=lambda name: len(_cited({name: shown[name]})))
        shown[longest] = shown[longest][:-1]
    return Brief(
        instruments,
        shown["conventions"],
        shown["postings"],
        shown["routes"],
        shown["partnerships"],
        shown["funding"],
        shown["signed"],
        tuple(looked),
        tuple(note for note in profile.notes if note.number in cited),
    )


def _cited(shown: dict[str, tuple[Any, ...]]) -> set[int]:
    return {number for rows in shown.values() for one in rows for number in one.notes}
