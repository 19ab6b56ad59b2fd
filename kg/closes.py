"""Which single step would close the most gaps: a ratification, a treaty of the Union, or an agreement of one of its agencies.

Each step is reckoned by itself, from the rows of the list of gaps on a day, and closes

- **convention** (a third country joins a multilateral convention that is in the tables): the rows of a pair in a matter
  that the convention serves for all offences, towards each member state that it binds on the day, and the rows that say
  that the country is not party to it;
- **eu-treaty** (the Union makes a treaty with the country): the rows of pairs in one matter, towards the member states
  that every treaty of the Union of that matter binds on the day. A matter in which the Union has no treaty is left out;
- **agency** (Europol or Eurojust): the rows that name the body and the matter of its agreement, and the hubs of the
  country where the agreement is one on personal data with Europol.

The kinds `sectoral-only` and `signed-not-in-force` say of the same pair what another kind says, so that their rows are
not counted again; `mandate-without-result` has no body in its rows and is not counted either.

What is not in the facts, and so not weighed: whether a convention is open to the country, whether both sides want the
step, reservations, objections by a member state, and how long it would take.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg import queries
from kg.gaps import Filter, Finder
from kg.labels import Labels
from kg.vocab import CODE, COUNTRY, ID, local

PAIR_KINDS = {"no-dedicated-mla", "no-dedicated-extradition", "no-dedicated-transfer"}
"""Kinds of gap that say of a pair that it has no basis made for a matter."""

CONVENTION_KINDS = {"not-party-to-convention", "clasi-lacks", "western-balkans-lacks"}
"""Kinds of gap whose subject is the convention that a country has not joined."""

AGENCY_KINDS = {"no-europol-data", "no-eurojust-agreement", "clasi-lacks", "western-balkans-lacks"}
"""Kinds of gap whose subject is the body that has no agreement with a country."""

HUB_KIND = "hub-without-agreement"
BODIES = {"police-data": "europol", "judicial-data": "eurojust"}
"""The body by whose agreement personal data may be exchanged, by matter."""

Key = tuple[str, str, str, str, str]
"""What tells a row of the list of gaps from all others: kind, country, member state, matter, subject."""

NOTE = "Whether a convention is open to the country, and whether either side wants the step, is not recorded."


@dataclass
class Step:
    """One step and the rows of the list of gaps that it would close.

    Attributes:
        step: `convention`, `eu-treaty` or `agency`.
        country: alpha-3 code of the third country.
        instrument: IRI of the convention or the body; of a treaty of the Union, the IRI of the matter.
        statuses: the status of each row that it closes.
        member_states: alpha-3 codes of the member states that would have a basis made for the matter, and have none.
        matters: notations of the matters concerned.
        routes: number of recorded routes on which the country lies.
        closed: the rows that it closes, each by kind, country, member state, matter and subject.
    """

    step: str
    country: str
    instrument: str
    statuses: list[str] = field(default_factory=list)
    member_states: set[str] = field(default_factory=set)
    matters: set[str] = field(default_factory=set)
    routes: int = 0
    closed: set[Key] = field(default_factory=set)

    def close(self, row: Key, status: str, member_state: str, matter: str) -> None:
        """Counts one row of the list of gaps as closed."""
        self.statuses.append(status)
        self.closed.add(row)
        self.member_states |= {member_state} - {""}
        self.matters |= {matter} - {""}


def steps(finder: Finder, wanted: Filter, day: datetime.date) -> list[Step]:
    """Every step that would close at least one gap: most rows first, then most confirmed ones, most routes, then by code.

    Args:
        finder: finds the gaps.
        wanted: which gaps count.
        day: the day asked about.

    Raises:
        UsageError: an unknown kind, status, country or region.
    """
    return closing(finder, finder.statuses(wanted, day), day, wanted.country)


def closing(finder: Finder, statuses: Mapping[Key, str], day: datetime.date, country: str = "") -> list[Step]:
    """Every step that would close at least one of some rows, in the order of `steps`.

    Args:
        finder: finds the gaps.
        statuses: the status of each row that counts, as `Finder.statuses` gives them.
        day: the day asked about.
        country: alpha-3 code, where all rows are about one country.
    """
    query = queries.find(finder.folder / "ask", "closing-conventions")
    parties: dict[str, set[str]] = {}
    serves: dict[str, set[str]] = {}
    treaties: dict[str, dict[str, set[str]]] = {}
    for bound_by in finder.store.select(query.bind(query.values({"day": str(day)}, day, finder.stale_months))):
        party, matter = local(bound_by["party"]), local(bound_by.get("matter", ""))
        if bound_by["kind"] == "convention":
            parties.setdefault(bound_by["instrument"], set()).add(party)
            serves.setdefault(matter, set()).add(bound_by["instrument"])
        else:
            treaties.setdefault(matter, {}).setdefault(bound_by["instrument"], set()).add(party)
    bound = {matter: set.intersection(*by_treaty.values()) for matter, by_treaty in treaties.items()}
    found: dict[tuple[str, str, str], Step] = {}
    routes = {local(iri): len(need.routes) for iri, need in finder.needs(country).items()}

    def step(kind: str, country: str, instrument: str) -> Step:
        return found.setdefault(
            (kind, country, instrument), Step(kind, country, instrument, routes=routes.get(country, 0))
        )

    for row, status in statuses.items():
        kind, country, member_state, matter, subject = row
        if kind in PAIR_KINDS:
            for convention in serves.get(matter, ()):
                if member_state in parties[convention] and country not in parties[convention]:
                    step("convention", country, convention).close(row, status, member_state, matter)
            if member_state in bound.get(matter, ()):
                step("eu-treaty", country, f"{CODE}matter/{matter}").close(row, status, member_state, matter)
        if kind in CONVENTION_KINDS and subject in parties:
            step("convention", country, subject).close(row, status, "", "")
        if matter in BODIES and (kind == HUB_KIND or kind in AGENCY_KINDS):
            step("agency", country, f"{ID}organisation/{BODIES[matter]}").close(row, status, "", matter)
    return sorted(
        found.values(),
        key=lambda one: (
            -len(one.statuses),
            -one.statuses.count("confirmed-gap"),
            -one.routes,
            one.country,
            one.step,
            one.instrument,
        ),
    )


def steps_table(found: list[Step], labels: Labels) -> list[dict[str, Any]]:
    """Steps as flat rows for tables, a step a row."""
    return [
        {
            "step": one.step,
            "country": one.country,
            "country_name": labels.of(COUNTRY + one.country),
            "instrument": local(one.instrument),
            "instrument_name": labels.of(one.instrument),
            "closes": len(one.statuses),
            "confirmed_gap": one.statuses.count("confirmed-gap"),
            "signed_not_in_force": one.statuses.count("signed-not-in-force"),
            "unverified": one.statuses.count("unverified"),
            "matters": " ".join(sorted(one.matters)),
            "member_states": " ".join(sorted(one.member_states)),
            "routes": one.routes,
        }
        for one in found
    ]
