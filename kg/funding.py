"""What pays for cooperation with a country on a day, until when, and which envelope of the next framework names it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg import queries
from kg.errors import UsageError
from kg.languages import spoken
from kg.store import Store
from kg.vocab import local

WORDS = {
    "en": {
        "none": "no active line recorded",
        "until": "until",
        "framework": "end of its framework",
        "unknown": "not recorded",
    },
    "fr": {
        "none": "aucune ligne active enregistrée",
        "until": "jusqu'au",
        "framework": "fin de son cadre",
        "unknown": "non enregistrée",
    },
}


@dataclass(frozen=True)
class Line:
    """A funding line that is active on the day asked about.

    Attributes:
        name: its name.
        subject: notation of `funding-subject`, or empty.
        end: its last day.
        recorded: whether a source gives that day; otherwise it is the last day of its financial framework.
        record: its IRI.
    """

    name: str
    subject: str
    end: datetime.date
    recorded: bool
    record: str = field(default="", compare=False)


@dataclass(frozen=True)
class Envelope:
    """An envelope whose name names the country's region: its name, the amount in euro, `proposed` or `adopted`, its IRI."""

    name: str
    amount: str
    status: str
    record: str = field(default="", compare=False)


@dataclass(frozen=True)
class Funding:
    """What reaches one country: the active lines, the one that ends last first, and the envelopes, the largest first."""

    lines: tuple[Line, ...] = ()
    envelopes: tuple[Envelope, ...] = ()

    @property
    def end(self) -> datetime.date | None:
        """The last day on which any of the lines pays; none where no line is active."""
        return max((line.end for line in self.lines), default=None)


NOTHING = Funding()


def funding(
    store: Store, folder: Path, day: datetime.date, framework: str = "", country: str = ""
) -> dict[str, Funding]:
    """What reaches each country, by alpha-3 code; a country that nothing is recorded for is left out.

    Args:
        store: the graph.
        folder: the folder of questions (`queries/ask`).
        day: the day on which the lines must be active.
        framework: the framework whose envelopes are asked for, for example 2028-2034; empty: that of the question.
        country: alpha-3 code, to ask about one country only.

    Raises:
        UsageError: no envelope of that framework is recorded, or the country is no code.
    """
    if framework and framework not in (known := frameworks(store)):
        raise UsageError(f"there is no envelope of '{framework[:60]}'", f"write one of {', '.join(known)}")
    query = queries.find(folder, "funding-of-countries")
    values = query.values({"day": str(day), "framework": framework, "country": country}, day, 0)
    lines: dict[str, list[Line]] = {}
    envelopes: dict[str, list[tuple[float, Envelope]]] = {}
    for row in store.select(query.bind(values)):
        code = local(row["country"])
        if row["what"] == "line":
            end = datetime.date.fromisoformat(row["end"])
            line = Line(
                row["name"], local(row.get("subject", "")), end, row["end_is_recorded"] == "true", row["record"]
            )
            lines.setdefault(code, []).append(line)
        else:
            envelope = Envelope(row["name"], row["amount"], local(row["status"]), row["record"])
            envelopes.setdefault(code, []).append((float(row["amount"]), envelope))
    return {
        code: Funding(
            tuple(sorted(lines.get(code, []), key=lambda line: (-line.end.toordinal(), line.name))),
            tuple(one for _, one in sorted(envelopes.get(code, []), key=lambda pair: (-pair[0], pair[1].name))),
        )
        for code in sorted({*lines, *envelopes})
    }


def frameworks(store: Store) -> list[str]:
    """The notations of the financial frameworks of which envelopes are recorded, the earliest first."""
    return sorted(
        local(row["framework"])
        for row in store.select("""
            PREFIX dcterms: <http://purl.org/dc/terms/>
            SELECT DISTINCT ?framework WHERE {
              GRAPH <https://w3id.org/coopkg/graph/seeds/envelope> { ?envelope dcterms:isPartOf ?framework }
            }""")
    )


def columns(known: Mapping[str, Funding], country: str, language: str = "en") -> dict[str, Any]:
    """What reaches a country as three cells: the lines in words, the day the last of them ends, and the envelopes.

    Args:
        known: what reaches each country, as `funding` gives it.
        country: alpha-3 code.
        language: `en` or `fr`.
    """
    found, words = known.get(country, NOTHING), spoken(WORDS, language)
    lines = [
        f"{line.name} ({words['until']} {line.end}{'' if line.recorded else ', ' + words['framework']})"
        for line in found.lines
    ]
    envelopes = [f"{one.name}: {float(one.amount):,.0f} EUR ({one.status})" for one in found.envelopes]
    return {
        "present_funding": "; ".join(lines) or words["none"],
        "funding_end": str(found.end or ""),
        "envelope": "; ".join(envelopes) or words["unknown"],
    }
