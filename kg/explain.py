"""Why a position or a gap is what it is: the conclusion, the question that gave it, and the facts that it rests on.

An explanation says nothing of its own. It holds records of the graph, the headers of the rules and saved
questions that read them, and the values of the conclusion. Whether a record holds on the day asked about, and
whether it is one that the conclusion rests on, is worked out from those values.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

from kg import dates, queries
from kg.derivation import AS_OF, FROM, SIGNED, TO, Computed, Derivation, Fact, Input, Rule
from kg.errors import NotFound, UsageError
from kg.gaps import Finder, Gap
from kg.ids import country_iri
from kg.positions import check_matter, check_pair
from kg.queries import Query
from kg.records import Field, Term, bound, date
from kg.rulebook import query_iri, rule_iri
from kg.score import UNSCORED, Part, Score
from kg.store import Store
from kg.tables import code_iri
from kg.vocab import ID, XSD, expand, local

VERDICT = "profile-positions"
"""The saved question from which `kg.positions` takes status and grade."""

NEED, ROUTES = query_iri("need"), rule_iri("50-routes")
KINDS = ["basis", "pending", "absence", "list", "record"]
GENERAL = ("dedicated", "arrangement")
GRADES = [*GENERAL, "sectoral", ""]


@dataclass(frozen=True)
class Given:
    """A parameter of the question that gave the conclusion: its name, the help in its header, and its value."""

    name: str
    help: str
    value: Term


@dataclass(frozen=True)
class Evidence:
    """A fact that was looked at.

    Attributes:
        kind: `basis`, `pending`, `absence`, `list` (a statement of completeness) or `record`.
        state: of a basis or instrument on its way `holds`, `ended` or `not-yet` on the day asked about; of
            an absence or a complete list `counts`, `too-old` or `later`; of another list `incomplete`; else empty.
        age: whole months from the day for which an absence or list speaks to the day asked about, else None.
        decides: whether the conclusion rests on it.
        fact: the fact.
    """

    kind: str
    state: str
    age: int | None
    decides: bool
    fact: Fact


@dataclass(frozen=True)
class Explanation:
    """Why a position or a gap is what it is.

    Attributes:
        iri: IRI of the conclusion.
        kind: `position` or `gap`.
        day: the day asked about.
        known_since: oldest day for which the knowledge of an absence counts.
        status: notation of the status.
        status_word: the status in the graph's code list, with its name and definition.
        values: what the conclusion says.
        rule: the saved question that gave it.
        given: its parameters.
        evidence: the facts looked at, those that the conclusion rests on first.
        days: days of the conclusion that were computed.
        need: of a gap, the records of routes and roles that make its country matter; else None.
        score: of a gap, its score under the standard weights; else without a value.
        parts: of a gap, the parts of the score.
    """

    iri: str
    kind: str
    day: datetime.date
    known_since: datetime.date
    status: str
    status_word: Fact
    values: tuple[Field, ...]
    rule: Rule
    given: tuple[Given, ...]
    evidence: tuple[Evidence, ...]
    days: tuple[Computed, ...]
    need: Fact | None
    score: Score = UNSCORED
    parts: tuple[Part, ...] = ()

    @property
    def deciding(self) -> list[Evidence]:
        """The evidence that the conclusion rests on; empty where nobody has looked."""
        return [one for one in self.evidence if one.decides]


def of_position(
    store: Store, folder: Path, member_state: str, country: str, matter: str, day: datetime.date, stale_months: int
) -> Explanation:
    """Why a position is what it is.

    Args:
        store: the graph.
        folder: the folder of queries, with `ask` in it.
        member_state: alpha-3 code of the member state.
        country: alpha-3 code of the third country.
        matter: notation in the code list `matter`.
        day: the day asked about.
        stale_months: age after which a known absence no longer counts.

    Raises:
        UsageError: an unknown code, or a pair that is none on that day.
    """
    check_matter(store, matter)
    check_pair(store, member_state, country, day)
    ours, theirs = country_iri(member_state), country_iri(country)
    known_since = dates.months_before(day, stale_months)
    query = queries.load(folder / "ask" / f"{VERDICT}.rq")
    asked = {"day": str(day), "country": local(theirs)}
    verdict = next(
        row
        for row in store.select(query.bind(query.values(asked, day, stale_months)))
        if row["member_state"] == ours and local(row["matter"]) == matter
    )
    verdict_status, grade = local(verdict["status"]), verdict.get("grade", "")
    looked_at = _around(store, folder, ours, theirs, code_iri("matter", matter))
    status = verdict["status"]
    derivation = Derivation(store, folder / "ask", code_iri("matter", matter), (ours, theirs))
    derivation.read([*looked_at, status], [query_iri(VERDICT)])

    def decides(kind: str, state: str, fact: Fact) -> bool:
        general = local(fact.value(expand("coop:hasGrade"))) in GENERAL
        unseen = local(fact.value(expand("adms:status"))) == "entry-not-seen"
        match verdict_status:
            case "covered":
                return kind == "basis" and state == "holds" and general
            case "sectoral-only":
                return kind == "basis" and state == "holds"
            case "signed-not-in-force":
                return kind == "pending" and state == "holds"
            case "unverified":
                return kind == "pending" and state == "holds" and unseen
            case _:
                return kind == "absence" and state == "counts"

    evidence = []
    for iri, kind in looked_at.items():
        fact = derivation.fact(iri)
        state, age = _state(kind, fact, day, known_since)
        evidence.append(Evidence(kind, state, age, decides(kind, state, fact), fact))
    values = {
        "coop:hasMemberState": Term(ours),
        "coop:hasCountry": Term(theirs),
        "coop:inMatter": Term(code_iri("matter", matter)),
        "adms:status": Term(status),
        "coop:hasGrade": Term(grade),
        "dcterms:valid": date(str(day)),
    }
    return Explanation(
        f"{ID}position/{local(ours).lower()}.{local(theirs).lower()}.{matter}.{day}",
        "position",
        day,
        known_since,
        verdict_status,
        derivation.fact(status),
        _fields(values),
        derivation.rule(query_iri(VERDICT)),
        _given(query, asked, day, stale_months),
        tuple(sorted(evidence, key=_order)),
        (),
        None,
    )


def of_gap(finder: Finder, gap: Gap, day: datetime.date) -> Explanation:
    """Why a gap is one.

    Args:
        finder: finds the gaps of the graph.
        gap: the gap, as `Finder.find` or `gap_of` gives it for that day.
        day: the day asked about.
    """
    kind, country = gap.kind, gap.country
    query = queries.load(finder.folder / "gaps" / f"{kind}.rq")
    theirs, ours = country_iri(country), country_iri(gap.member_state) if gap.member_state else ""
    about = code_iri("matter", gap.matter) if gap.matter else ""
    known_since = dates.months_before(day, finder.stale_months)
    looked_at = _around(finder.store, finder.folder, ours, theirs, about) if about else {}
    if not about:
        looked_at |= _lists(finder, gap.subject, ours)
    looked_at |= {gap.lack: looked_at.get(gap.lack, "record")} if gap.lack else {}
    needed = _needed(finder, country)
    status = code_iri("position-status", gap.status)
    derivation = Derivation(finder.store, finder.folder / "ask", about, (ours, theirs))
    derivation.read([*looked_at, *needed, status], [query_iri(kind), NEED, ROUTES])
    evidence = []
    for iri, of in looked_at.items():
        fact = derivation.fact(iri)
        state, age = _state(of, fact, day, known_since)
        evidence.append(Evidence(of, state, age, iri == gap.lack, fact))
    values = {
        "coop:hasMemberState": Term(ours),
        "coop:hasCountry": Term(theirs),
        "coop:inMatter": Term(about),
        "dcterms:subject": Term(gap.subject),
        "adms:status": Term(status),
        "schema:startDate": date(gap.since) if gap.since else Term(""),
        "dcterms:valid": date(str(day)),
    }
    names = [kind, gap.country.lower(), gap.member_state.lower(), gap.matter, local(gap.subject), local(gap.lack)]
    iri = f"{ID}gap/{'.'.join(name for name in names if name)}.{day}"
    lack = [one.fact for one in evidence if one.decides]
    return Explanation(
        iri,
        "gap",
        day,
        known_since,
        gap.status,
        derivation.fact(status),
        _fields(values),
        derivation.rule(query_iri(kind)),
        _given(query, {"day": str(day), "country": country}, day, finder.stale_months),
        tuple(sorted(evidence, key=_order)),
        _since(gap, lack),
        Fact(
            f"{iri}#need",
            "need",
            gap.country,
            (),
            (),
            rules=(derivation.rule(NEED), derivation.rule(ROUTES)),
            uses=tuple(derivation.fact(record) for record in needed),
        ),
        gap.score,
        gap.parts,
    )


def gap_of(gaps: list[Gap], matter: str = "", subject: str = "") -> Gap:
    """The one gap among those of a kind and country that is meant.

    Args:
        gaps: the gaps of one kind and country, or of one member state too.
        matter: notation, empty where the rest says it.
        subject: identifier or IRI of what the gap is about, empty where the rest says it.

    Raises:
        NotFound: none fits.
        UsageError: several fit; the hint says what to add.
    """
    found = [
        gap
        for gap in gaps
        if (not matter or gap.matter == matter) and (not subject or subject in (gap.subject, local(gap.subject)))
    ]
    if not found:
        raise NotFound("there is no such gap on that day", "the list of gaps shows those that there are")
    for name, of in (
        ("member state", {gap.member_state for gap in found}),
        ("matter", {gap.matter for gap in found}),
        ("subject", {local(gap.subject) for gap in found}),
    ):
        if len(of) > 1:
            raise UsageError(f"{len(found)} gaps fit", f"name the {name}, one of {', '.join(sorted(of))}")
    return found[0]


def _around(store: Store, folder: Path, ours: str, theirs: str, matter: str) -> dict[str, str]:
    """What bears on a pair in a matter: IRI and kind. Without a member state, what concerns all of them."""
    query = queries.load(folder / "ask" / "explain-evidence.rq")
    values = {"member_state": local(ours or theirs), "country": local(theirs), "matter": local(matter)}
    rows = store.select(query.bind(values))
    return {row["record"]: row["kind"] for row in rows if row.get("named", ours) == ours}


def _lists(finder: Finder, subject: str, ours: str) -> dict[str, str]:
    """The lists that would show a gap without a matter."""
    text = queries.load(finder.folder / "ask" / "explain-lists.rq").text
    for variable, iri in (("subject", subject), ("member_state", ours)):
        text = bound(text, variable, [iri] if iri else [])
    return {row["record"]: "list" for row in finder.store.select(text)}


def _needed(finder: Finder, country: str) -> list[str]:
    """The records of routes, legs, reports and roles that make a country matter, in that order."""
    query = queries.load(finder.folder / "ask" / "explain-need.rq")
    order = ["route", "leg", "report", "role"]
    rows = finder.store.select(query.bind({"country": country}))
    return [row["record"] for row in sorted(rows, key=lambda row: (order.index(row["kind"]), row["record"]))]


def _state(kind: str, fact: Fact, day: datetime.date, known_since: datetime.date) -> tuple[str, int | None]:
    """Whether a fact holds or counts on the day, and its age in months."""
    if kind in ("basis", "pending"):
        begin, end = fact.value(FROM), fact.value(TO)
        return ("not-yet" if begin > str(day) else "ended" if end and end < str(day) else "holds"), None
    if kind == "record" or not (as_of := fact.value(AS_OF)):
        return "", None
    age = _months(datetime.date.fromisoformat(as_of), day)
    if kind == "list" and local(fact.value(expand("coop:hasFinding"))) != "complete-list":
        return "incomplete", age
    return ("later" if as_of > str(day) else "counts" if as_of >= str(known_since) else "too-old"), age


def _months(first: datetime.date, last: datetime.date) -> int:
    """Whole months from one day to another; negative where the other comes first."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _since(gap: Gap, lack: list[Fact]) -> tuple[Computed, ...]:
    """The day since which a gap is known, beside the days of the record that shows it."""
    if not gap.since:
        return ()
    days = [FROM, SIGNED, AS_OF, expand("coop:sinceLatest"), expand("coop:untilLatest")]
    inputs = [
        Input(fact.iri, property_, value, 0, value == gap.since)
        for fact in lack
        for property_ in days
        if (value := fact.value(property_))
    ]
    return (Computed(expand("schema:startDate"), gap.since, tuple(inputs)),)


def _given(query: Query, given: dict[str, str], day: datetime.date, stale_months: int) -> tuple[Given, ...]:
    """The parameters of a question with the values that it was asked with; those that restrict nothing are left out."""
    own = {name: value for name, value in given.items() if name in {one.name for one in query.parameters}}
    values = query.values(own, day, stale_months)
    found = []
    for parameter in query.parameters:
        value, term = values[parameter.name], parameter.term(values[parameter.name])
        if parameter.kind == "date":
            found.append(Given(parameter.name, parameter.help, date(value)))
        elif parameter.kind == "integer":
            found.append(Given(parameter.name, parameter.help, Term(value, XSD + "integer")))
        elif term != "UNDEF":
            found.append(Given(parameter.name, parameter.help, Term(term.strip("<>"))))
    return tuple(found)


def _fields(values: dict[str, Term]) -> tuple[Field, ...]:
    return tuple(Field(expand(name), value) for name, value in values.items() if value.text)


def _order(one: Evidence) -> tuple[bool, int, int, str, str]:
    grade = GRADES.index(local(one.fact.value(expand("coop:hasGrade"))))
    return (not one.decides, KINDS.index(one.kind), grade, one.fact.value(FROM) or one.fact.value(AS_OF), one.fact.iri)
