"""The rules once more, in plain Python: slow, and right to the eye.

What holds on a day is found by asking every row of the tables anew; nothing is derived and nothing is
kept. The tests hold the derivation against it. One row a party and agreement is assumed, and that an
agreement supplements or replaces one that does not supplement or replace another.
"""

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg import dates

OPEN = "9999-12-31"
GRADES = {"dedicated": 1, "arrangement": 2, "sectoral": 3}
BETWEEN_PARTIES = ("bilateral-treaty", "multilateral-convention")
UNSEEN, SIGNED = "entry-not-seen", "signed-not-in-force"

Row = dict[str, str]


def rows(folder: Path, table: str) -> list[Row]:
    """The rows of a table; none where there is no such file."""
    path = folder / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def late(text: str) -> str:
    """The last day a date as printed can mean."""
    return str(dates.partial(text).latest)


def early(text: str) -> str:
    """The first day a date as printed can mean."""
    return str(dates.partial(text).earliest)


@dataclass(frozen=True)
class Verdict:
    """The position of a pair: status, strongest grade (empty: none), number of bases."""

    status: str
    grade: str
    bases: int


class Model:
    """The tables of a folder.

    Args:
        folder: the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.participations = rows(folder, "participation")
        self.agreements = {row["id"]: row for row in rows(folder, "agreement")}
        self.provisions = rows(folder, "provision")
        self.memberships = rows(folder, "group_membership")
        self.opt_outs = rows(folder, "opt_out")
        self.declarations = rows(folder, "declaration")
        self.absences = rows(folder, "absence")
        self.lists = rows(folder, "completeness")
        self.countries = {row["alpha3"]: row["kind"] for row in rows(folder, "country")}
        self.sovereigns = {row["alpha3"]: row["sovereign"] for row in rows(folder, "country")}
        codes = rows(folder, "code")
        self.matters = sorted(row["notation"] for row in codes if row["scheme"] == "matter")
        self.broader = {row["notation"]: row["broader"] for row in codes if row["scheme"] == "agreement-kind"}
        self.days = sorted({day for row in self._dated() for day in row})

    def _dated(self) -> Iterator[tuple[str, ...]]:
        """The days on which something can begin, and those after which it can have ended."""
        for row in [*self.participations, *self.agreements.values(), *self.memberships, *self.declarations]:
            for name in ("since", "until", "status_as_of", "checked"):
                if row.get(name):
                    yield early(row[name]), late(row[name]), after(late(row[name])), after(early(row[name]))

    def member(self, country: str, day: str) -> bool:
        """Whether a country is a member state of the European Union on a day."""
        return any(
            late(row["since"]) <= day <= (early(row["until"]) if row["until"] else OPEN)
            for row in self.memberships
            if row["group"] == "eu" and row["country"] == country
        )

    def engaged(self, party: Row, day: str) -> bool:
        """Whether a participation certainly holds on a day, its parent apart."""
        agreement = self.agreements[party["agreement"]]
        if party["status"] == "in-force":
            begun = late(party["since"]) if party["since"] else min(late(party["status_as_of"]), party["checked"])
        elif party["since"] and party["until"]:
            begun = late(party["since"])
        else:
            return False
        in_force = not agreement["since"] or late(agreement["since"]) <= day
        over = any(end and early(end) < day for end in (party["until"], agreement["until"]))
        return in_force and begun <= day and not over

    def bound(self, party: Row, day: str) -> bool:
        """Whether a party is bound on a day: by a protocol only while its parent binds it too."""
        parent = self.agreements[party["agreement"]]["supplements"]
        above = [row for row in self.participations if parent and row["agreement"] == parent]
        if any(self.engaged(row, some) for row in above for some in self.days):
            own = [row for row in above if who(row) == who(party)]
            return self.engaged(party, day) and any(self.engaged(row, day) for row in own)
        return self.engaged(party, day)

    def out(self, member: str, agreement: Row, day: str) -> bool:
        """Whether a member state has opted out of an agreement or of the body that made it."""
        return any(
            row["member_state"] == member
            and late(row["since"]) <= day
            and (
                row["agreement"] == agreement["id"]
                or (row["organisation"] and row["organisation"] == agreement["organisation"])
            )
            for row in self.opt_outs
        )

    def refused(self, country: str, agreement: Row, matter: str, day: str) -> bool:
        """Whether a country has declared that it does not take a convention as a basis."""
        return any(
            row["country"] == country
            and row["matter"] == matter
            and row["finding"] == "does-not-take-as-basis"
            and row["agreement"] in (agreement["id"], agreement["supplements"])
            and (day <= late(row["until"]) if row["until"] else not row["since"] or early(row["since"]) <= day)
            for row in self.declarations
        )

    def in_force(self, member: str, country: str, agreement: Row, matter: str, day: str) -> bool:
        """Whether an agreement is in force between two on a day, replacement apart."""
        parties = [row for row in self.participations if row["agreement"] == agreement["id"]]
        theirs = any(row["country"] == country and self.bound(row, day) for row in parties)
        if agreement["kind"] in BETWEEN_PARTIES:
            ours = any(row["country"] == member and self.bound(row, day) for row in parties)
        else:
            ours = any(row["organisation"] and self.bound(row, day) for row in parties)
            ours = ours and self.member(member, day) and not self.out(member, agreement, day)
        return ours and theirs and not self.refused(country, agreement, matter, day)

    def replaced(self, member: str, country: str, agreement: Row, matter: str, day: str) -> bool:
        """Whether a later treaty that serves the matter has taken an agreement's place by a day."""
        return any(
            self.in_force(member, country, later, matter, some)
            for later in self.agreements.values()
            if later["replaces"] == agreement["id"]
            and any(row["agreement"] == later["id"] and row["matter"] == matter for row in self.provisions)
            for some in {*(some for some in self.days if some <= day), day}
        )

    def grade(self, provision: Row) -> str:
        """The grade of the bases that a provision gives."""
        if provision["scope"] != "general":
            return "sectoral"
        kind = self.agreements[provision["agreement"]]["kind"]
        return "arrangement" if self.broader.get(kind) == "agency-instrument" else "dedicated"

    def bases_of(self, member: str, country: str, matter: str, day: str) -> dict[str, str]:
        """The grade of each agreement on which a member state can ask a third country."""
        return {
            provision["agreement"]: self.grade(provision)
            for provision in self.provisions
            if provision["matter"] == matter
            and self.in_force(member, country, agreement := self.agreements[provision["agreement"]], matter, day)
            and not self.replaced(member, country, agreement, matter, day)
        }

    def pairs(self, day: str) -> list[tuple[str, str]]:
        """Member states and third countries of a day; a territory of a member state is neither."""
        members = {code for code in self.countries if self.member(code, day)}
        third = [code for code, sovereign in self.sovereigns.items() if not {code, sovereign} & members]
        return [(member, code) for member in sorted(members) for code in third]

    def bases(self, day: str) -> set[tuple[str, ...]]:
        """Member state, country, matter, agreement and grade of every basis of a day."""
        return {
            (member, country, matter, agreement, grade)
            for member, country in self.pairs(day)
            for matter in sorted({row["matter"] for row in self.provisions})
            for agreement, grade in self.bases_of(member, country, matter, day).items()
        }

    def pending(self, member: str, country: str, matter: str, day: str) -> set[str]:
        """How an instrument of general scope is on its way: signed, or of an entry into force nobody saw."""
        found = set()
        for provision in self.provisions:
            if provision["matter"] != matter or provision["scope"] != "general":
                continue
            agreement = self.agreements[provision["agreement"]]
            parties = [row for row in self.participations if row["agreement"] == agreement["id"]]
            theirs = next((row for row in parties if row["country"] == country), None)
            if theirs is None or (theirs["signed"] and late(theirs["signed"]) > day):
                continue
            if agreement["kind"] in BETWEEN_PARTIES:
                ours = next((row for row in parties if row["country"] == member), None)
                states = {ours["status"], theirs["status"]} if ours else {""}
                if states <= {"in-force", SIGNED, UNSEEN} and states != {"in-force"}:
                    found.add(UNSEEN if UNSEEN in states else SIGNED)
                begins = self.first_day(member, country, agreement, matter)
            else:
                if theirs["status"] in (SIGNED, UNSEEN):
                    found.add(theirs["status"])
                begins = next((some for some in self.days if self.bound(theirs, some)), "")
            if theirs["signed"] and theirs["since"] and begins and late(theirs["signed"]) < begins and day < begins:
                found.add(SIGNED)
        return found

    def first_day(self, member: str, country: str, agreement: Row, matter: str) -> str:
        """The first day on which an agreement was a basis between two; empty if there is none."""
        return next(
            (
                some
                for some in self.days
                if self.in_force(member, country, agreement, matter, some)
                and not self.replaced(member, country, agreement, matter, some)
            ),
            "",
        )

    def absent(self, member: str, country: str, matter: str, day: str, known_since: str) -> bool:
        """Whether somebody looked lately enough, and found none."""
        told = any(
            row["country"] == country
            and row["matter"] == matter
            and row["member_state"] in ("", member)
            and known_since <= late(row["as_of"]) <= day
            for row in self.absences
        )
        return (
            told
            or any(
                self.countries[country] == "state"
                and row["finding"] == "complete-list"
                and row["member_state"] == member
                and row["matter"] == matter
                and not row["country"]
                and known_since <= late(row["as_of"]) <= day
                and not self.treaty_of_any_state(member, country, matter)
                for row in self.lists
            )
            or any(
                self.countries[country] == "state"
                and row["finding"] == "complete-list"
                and row["organisation"]
                and known_since <= late(row["as_of"]) <= day
                and matter in self.served(row["organisation"], row["agreement_kind"])
                and not self.agreement_of_the_body(row["organisation"], country, matter, late(row["as_of"]))
                for row in self.lists
            )
        )

    def served(self, body: str, kind: str = "") -> set[str]:
        """The matters that the agreements of a body serve, of all kinds or of one."""
        own = [
            row["id"] for row in self.agreements.values() if row["organisation"] == body and kind in ("", row["kind"])
        ]
        return {row["matter"] for row in self.provisions if row["agreement"] in own}

    def agreement_of_the_body(self, body: str, country: str, matter: str, day: str) -> bool:
        """Whether a body had made an agreement in the matter with a country by a day, in force or not."""
        return any(
            self.agreements[party["agreement"]]["organisation"] == body
            and party["country"] == country
            and not (party["signed"] and early(party["signed"]) > day)
            and any(row["agreement"] == party["agreement"] and row["matter"] == matter for row in self.provisions)
            for party in self.participations
        )

    def treaty_of_any_state(self, member: str, country: str, matter: str) -> bool:
        """Whether the two are named as parties of one agreement in the matter, in force or not."""
        sides = [
            {row["agreement"] for row in self.participations if row["country"] == code} for code in (member, country)
        ]
        return any(row["matter"] == matter and row["agreement"] in sides[0] & sides[1] for row in self.provisions)

    def verdict(self, member: str, country: str, matter: str, day: str, known_since: str) -> Verdict:
        """The position of a pair in a matter on a day."""
        bases = self.bases_of(member, country, matter, day)
        best = min(bases.values(), key=lambda grade: GRADES[grade], default="")
        if best:
            return Verdict("sectoral-only" if best == "sectoral" else "covered", best, len(bases))
        pending = self.pending(member, country, matter, day)
        if pending:
            return Verdict("unverified" if UNSEEN in pending else "signed-not-in-force", "", 0)
        absent = self.absent(member, country, matter, day, known_since)
        return Verdict("confirmed-gap" if absent else "unverified", "", 0)


def who(row: Row) -> tuple[str, str]:
    """The party of a participation."""
    return row["country"], row["organisation"]


def after(day: str) -> str:
    """The next day; the last day of all stays."""
    return day if day >= OPEN else str(datetime.date.fromisoformat(day) + datetime.timedelta(days=1))
