"""What can be asked: the position of every member state in every matter of the table, and how many have which."""

from dataclasses import dataclass

from kg.store import Row
from kg.vocab import COUNTRY, local
from web.profile.asking import Asking

MATTERS = ["mla", "extradition", "transfer", "police", "e-evidence", "asset-recovery"]
"""The matters in which one member state asks one country, in the order of the table."""

VERDICTS = ["dedicated", "arrangement", "sectoral", "signed-not-in-force", "confirmed-gap", "unverified"]
"""What a cell of the table can say, strongest first."""


@dataclass(frozen=True)
class Cell:
    """The position of one member state in one matter: `verdict` is one of `VERDICTS`."""

    matter: str
    verdict: str


@dataclass(frozen=True)
class MemberRow:
    """One member state's line of the table."""

    code: str
    name: str
    coalition: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Tally:
    """How many member states have which position in a matter, and which of them (code and name), by verdict."""

    matter: str
    name: str
    members: dict[str, tuple[tuple[str, str], ...]]

    def count(self, *verdicts: str) -> int:
        """The number of member states with one of these positions."""
        return sum(len(self.members[verdict]) for verdict in verdicts)


def verdict(row: Row) -> str:
    """One of `VERDICTS` for a row of the question profile-positions."""
    status = local(row["status"])
    return local(row["grade"]) if status in ("covered", "sectoral-only") else status


def members(asking: Asking) -> tuple[MemberRow, ...]:
    """The lines of the table, the member states of the coalition against organised crime first."""
    verdicts = {
        (local(row["member_state"]), local(row["matter"])): verdict(row) for row in asking.ask("profile-positions")
    }
    coalition = asking.reading.members("coalition-soc", asking.day)
    codes = sorted(
        {code for code, _ in verdicts}, key=lambda code: (code not in coalition, asking.labels.of(COUNTRY + code))
    )
    return tuple(
        MemberRow(
            code,
            asking.labels.of(COUNTRY + code),
            code in coalition,
            tuple(Cell(matter, verdicts[code, matter]) for matter in MATTERS),
        )
        for code in codes
    )


def tallies(asking: Asking, lines: tuple[MemberRow, ...]) -> tuple[Tally, ...]:
    """The sums of the table by matter; none where there is no table."""
    return (
        tuple(
            Tally(
                matter,
                asking.code_name("matter", matter),
                {
                    wanted: tuple((row.code, row.name) for row in lines if row.cells[place].verdict == wanted)
                    for wanted in VERDICTS
                },
            )
            for place, matter in enumerate(MATTERS)
        )
        if lines
        else ()
    )
