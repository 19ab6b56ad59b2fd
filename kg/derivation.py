"""How a computed record follows from others: the facts used, the rules that used them, and which fact decided a day.

Nothing is derived here. What the rules in `queries/rules` wrote is read back with what they read, and a
day that a rule computed is set beside the days that it was computed from: those equal to it decided.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg import queries
from kg.records import Field, Part, Records, bound
from kg.rulebook import rule_iri
from kg.store import Store
from kg.vocab import ID, expand, local

FROM, TO = expand("coop:from"), expand("coop:to")
SERVES = expand("coop:inMatter")
SINCE, UNTIL = expand("coop:sinceLatest"), expand("coop:untilEarliest")
AS_OF, CHECKED, SIGNED = expand("coop:statusAsOfLatest"), expand("coop:checked"), expand("coop:signedLatest")
SOURCE, RULE, PROOF = expand("prov:hadPrimarySource"), expand("prov:wasInfluencedBy"), expand("coop:hasProof")
MEMBER_STATE, COUNTRY_ASKED = expand("coop:hasMemberState"), expand("coop:hasCountry")
CONFIDENCE, AGREEMENT, RESTS_ON = (expand(name) for name in ("coop:hasConfidence", "coop:hasAgreement", "coop:restsOn"))
COMPUTED = ("bases", "pending", "absences")
"""Graphs of records that a rule made."""

ADDING = ("absences", "intervals", "mappings", "routes")
"""Graphs in which rules state more about records of tables."""

BOUNDING = ("opt-out", "declaration", "replacement")
"""Kinds of input that end a basis or put it off; a rule may name them as proofs too."""

INTERVALS, PROTOCOLS = rule_iri("10-intervals"), rule_iri("15-protocols")
DECLARATIONS, REPLACEMENT = rule_iri("31-declarations"), rule_iri("32-replacement")


@dataclass(frozen=True)
class Rule:
    """A rule or saved question: the words of its header by language, and the SHA-256 of its text."""

    iri: str
    titles: dict[str, str]
    questions: dict[str, str]
    notes: dict[str, str]
    sha256: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return local(self.iri)


@dataclass(frozen=True)
class Reading:
    """The source of a fact; `as_of` as printed, empty where the source is undated."""

    iri: str
    title: str
    url: str
    fields: tuple[Field, ...]

    @property
    def as_of(self) -> str:
        """The day for which the source speaks, as printed, empty where it is undated."""
        return next((field.value.text for field in self.fields if field.property == expand("dcterms:valid")), "")


@dataclass(frozen=True)
class Input:
    """A day that went into a computed one: whose, of which property, how many days were added, whether it decided."""

    fact: str
    property: str
    value: str
    added: int
    decides: bool


@dataclass(frozen=True)
class Computed:
    """A day that a rule computed, with what it was computed from."""

    property: str
    value: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True)
class Fact:
    """A record of a table, or one that rules made.

    Attributes:
        iri: IRI of the record; that of an interval is its record's with `#interval`.
        table: name of the table, or `bases`, `pending`, `absences`, `intervals`.
        id: identifier in the table; of a computed one the last part of its IRI.
        types: IRIs of its classes.
        fields: what is stated about it, source and rule apart.
        source: where it was read; None for computed ones.
        confidence: notation of the confidence, empty for computed ones.
        rules: the rules that made it; none for records of tables.
        uses: the facts that the rules used.
        days: the days that the rules computed.
    """

    iri: str
    table: str
    id: str
    types: tuple[str, ...]
    fields: tuple[Field, ...]
    source: Reading | None = None
    confidence: str = ""
    rules: tuple[Rule, ...] = ()
    uses: tuple["Fact", ...] = ()
    days: tuple[Computed, ...] = ()

    def value(self, property_: str) -> str:
        """The first value of a property, empty where there is none."""
        return next((field.value.text for field in self.fields if field.property == property_), "")


class Derivation:
    """The facts of one graph as far as they were asked for.

    Args:
        store: the graph.
        folder: the folder of saved questions, `queries/ask`.
        matter: IRI of the matter in question; provisions for others are left out. All count where it is empty.
        pair: IRIs of the member state and the third country in question, either of them empty. A basis holds
            between several; of what it follows from, and of those that it names, only what concerns these counts.
    """

    def __init__(self, store: Store, folder: Path, matter: str = "", pair: tuple[str, str] = ("", "")) -> None:
        self._store, self._matter, self._pair = store, matter, pair
        self.records = Records(store, folder)
        text = queries.load(folder / "explain-inputs.rq").text
        for variable, iri in zip(("member_state", "country"), pair, strict=True):
            text = bound(text, variable, [iri] if iri else [])
        self._text = text
        self._inputs: dict[str, list[tuple[str, str]]] = {}
        self._facts: dict[str, Fact] = {}

    def read(self, iris: Iterable[str], plans: Iterable[str] = ()) -> None:
        """Reads records with all that they follow from, and rules or saved questions, in a few questions.

        Args:
            iris: records of tables or computed ones.
            plans: IRIs of rules and saved questions that will be asked for by name.
        """
        front = set(iris)
        while new := sorted(iri for iri in front - self._inputs.keys() if is_computed(iri)):
            self._inputs |= {iri: [] for iri in new}
            self.records.read(new)
            for part in (part for iri in new for part in self._parts(iri)):
                self._inputs[part.iri] += [("agreement", record) for record in part.values(RESTS_ON)]
                if part.table != "bases":
                    self._inputs[part.iri] += [("proof", record) for record in part.values(PROOF)]
            for row in self._store.select(bound(self._text, "computed", new)):
                self._inputs[row["computed"]].append((row["kind"], row["record"]))
            front |= {record for iri in new for _, record in self._inputs[iri]}
        self.records.read(front)
        while above := {other for iri in front for part in self._parts(iri) for other in _above(part)} - front:
            self.records.read(above)
            front |= above
        parts = [part for iri in front for part in self._parts(iri)]
        named = {value for part in parts for property_ in (SOURCE, RULE) for value in part.values(property_)}
        self.records.read(named | set(plans) | {INTERVALS, PROTOCOLS, DECLARATIONS, REPLACEMENT})

    def fact(self, iri: str) -> Fact:
        """The fact with this IRI, which was read."""
        if iri not in self._facts:
            parts = self.records.parts(iri)
            made = next((parts[table] for table in COMPUTED if table in parts and is_computed(iri)), None)
            self._facts[iri] = self._made(made) if made else self._recorded(iri)
        return self._facts[iri]

    def rule(self, iri: str) -> Rule:
        """The rule or saved question with this IRI, which was read; without words where the graph has none of it."""
        part = self.records.parts(iri).get("rules", Part(iri, "rules", (), ()))

        def words(property_: str) -> dict[str, str]:
            own = (field.value for field in part.fields if field.property == expand(property_))
            return {value.language: value.text for value in own}

        return Rule(
            iri,
            words("dcterms:title"),
            words("dcterms:description"),
            words("skos:note"),
            part.value(expand("schema:sha256")),
        )

    def _parts(self, iri: str) -> Iterable[Part]:
        return self.records.parts(iri).values()

    def _recorded(self, iri: str) -> Fact:
        """A record of a table."""
        parts = self.records.parts(iri)
        part = next((part for table, part in parts.items() if table not in ADDING), None)
        if part is None:
            return Fact(iri, "", local(iri), (), ())
        source = part.value(SOURCE)
        return Fact(
            iri,
            part.table,
            iri.removeprefix(f"{ID}{part.table.replace('_', '-')}/"),
            part.types,
            tuple(field for field in part.fields if field.property != SOURCE),
            self._reading(source) if source else None,
            local(part.value(CONFIDENCE)),
        )

    def _reading(self, iri: str) -> Reading:
        part = self.records.parts(iri)["source"]
        return Reading(iri, part.value(expand("skos:prefLabel")), part.value(expand("schema:url")), part.fields)

    def _interval(self, iri: str) -> Fact:
        """The days between which a record certainly holds, or the record itself where no rule computed any."""
        key = f"{iri}#interval"
        if key in self._facts:
            return self._facts[key]
        part = self.records.parts(iri).get("intervals")
        if part is None:
            return self.fact(iri)
        own = self.fact(iri)
        above = [self.fact(agreement) for agreement in own_values(own, AGREEMENT)]
        parents = [self._interval(parent) for parent in part.values(PROOF)]
        begins = [_input(fact, property_) for fact in (own, *above) for property_ in (SINCE,) if fact.value(property_)]
        seen: list[Input] = []
        if not own.value(SINCE):
            seen = [_input(own, property_) for property_ in (AS_OF, CHECKED) if own.value(property_)]
        first = min((one.value for one in seen), default="")
        ends = [_input(fact, UNTIL) for fact in (own, *above) if fact.value(UNTIL)]
        days = (
            _computed(part, FROM, [*begins, *seen, *(_input(fact, FROM) for fact in parents)], not_before=first),
            _computed(part, TO, [*ends, *(_input(fact, TO) for fact in parents if fact.value(TO))]),
        )
        rules = (self.rule(INTERVALS), *((self.rule(PROTOCOLS),) if parents else ()))
        self._facts[key] = Fact(
            key,
            "intervals",
            f"{own.table}/{own.id}",
            (),
            tuple(field for field in part.fields if field.property in (FROM, TO)),
            rules=rules,
            uses=(own, *above, *parents),
            days=tuple(day for day in days if day),
        )
        return self._facts[key]

    def _made(self, part: Part) -> Fact:
        """A record that a rule made."""
        inputs = sorted(self._inputs.get(part.iri, []))
        bounding = {record for kind, record in inputs if kind in BOUNDING}
        proofs = [record for kind, record in inputs if kind == "proof" and record not in bounding]
        spans = [self._interval(record) for record in proofs]
        others = {
            kind: [self.fact(record) for of, record in inputs if of == kind and record not in proofs]
            for kind in ("agreement", "provision", "membership", "declaration", "replacement")
        }
        others["provision"] = [
            fact for fact in others["provision"] if not self._matter or fact.value(SERVES) == self._matter
        ]
        opted = [self._interval(record) for kind, record in inputs if kind == "opt-out"]
        followed = [self.fact(record) for kind, record in inputs if kind == "followed"]
        begins: list[Input] = [_input(fact, FROM) for fact in spans if fact.value(FROM)]
        ends: list[Input] = [_input(fact, TO) for fact in spans if fact.value(TO)]
        if part.table == "bases":
            ends += [_input(fact, FROM, -1) for fact in opted + others["replacement"]]
            for fact in others["declaration"]:
                ends += [
                    _input(fact, property_, -1)
                    for property_ in (expand("coop:sinceEarliest"),)
                    if fact.value(property_)
                ]
                begins += [
                    _input(fact, property_, 1) for property_ in (expand("coop:untilLatest"),) if fact.value(property_)
                ]
        if part.table == "pending":
            signed = [self.fact(record) for record in proofs]
            ends = [_input(fact, FROM, -1) for fact in followed or spans if fact.value(FROM)]
            begins = [_input(fact, SIGNED) for fact in signed if fact.value(SIGNED)]
            spans = [*signed, *(spans if ends and not followed else ())]
        days = [_computed(part, FROM, begins), _computed(part, TO, ends)]
        if part.table == "absences":
            days = [_computed(part, AS_OF, [_input(fact, AS_OF) for fact in spans])]
        decided = {one.fact for day in days if day for one in day.inputs if one.decides}
        later = [
            rule
            for rule, kind in ((DECLARATIONS, "declaration"), (REPLACEMENT, "replacement"))
            if any(fact.iri in decided for fact in others[kind])
        ]
        uses = [*spans, *followed, *(fact for facts in others.values() for fact in facts), *opted]
        return Fact(
            part.iri,
            part.table,
            local(part.iri),
            part.types,
            tuple(field for field in part.fields if field.property != RULE and self._concerns(field, inputs)),
            rules=tuple(self.rule(rule) for rule in dict.fromkeys([*part.values(RULE), *later])),
            uses=tuple({fact.iri: fact for fact in uses}.values()),
            days=tuple(day for day in days if day),
        )

    def _concerns(self, field: Field, inputs: list[tuple[str, str]]) -> bool:
        """Whether a field of a computed record concerns the pair in question, not others between which the basis holds."""
        value = field.value.text
        if field.property == PROOF:
            return ("proof", value) in inputs
        asked = {MEMBER_STATE: self._pair[0], COUNTRY_ASKED: self._pair[1]}.get(field.property, "")
        return not asked or value == asked


def is_computed(iri: str) -> bool:
    """Whether an IRI is one that the rules give to what they make."""
    return iri.startswith((f"{ID}basis/", f"{ID}pending/", f"{ID}implied-absence/"))


def own_values(fact: Fact, property_: str) -> list[str]:
    """All values of a property of a fact."""
    return [field.value.text for field in fact.fields if field.property == property_]


def _above(part: Part) -> tuple[str, ...]:
    """What the interval of a record also rests on: its agreement, and the same party's interval in a parent."""
    return part.values(PROOF) if part.table == "intervals" else part.values(AGREEMENT)


def _input(fact: Fact, property_: str, added: int = 0) -> Input:
    return Input(fact.iri, property_, fact.value(property_), added, False)


def _computed(part: Part, property_: str, inputs: list[Input], not_before: str = "") -> Computed | None:
    """A computed day with its inputs; of those in `inputs` the ones equal to it decided.

    Of two days of which only the earlier was used, the later one is no decision: `not_before` names the earlier.
    """
    value = part.value(property_)
    if not value:
        return None
    ordered = sorted(inputs, key=lambda one: (one.property != FROM and one.property != TO, one.fact, one.property))
    earlier = (AS_OF, CHECKED)
    return Computed(
        property_,
        value,
        tuple(
            Input(
                one.fact,
                one.property,
                one.value,
                one.added,
                shifted(one.value, one.added) == value
                and not (not_before and one.property in earlier and one.value > not_before),
            )
            for one in ordered
        ),
    )


def shifted(day: str, days: int) -> str:
    """A day as text, some days later or earlier; itself where it is no full day."""
    if not days:
        return day
    try:
        return str(datetime.date.fromisoformat(day) + datetime.timedelta(days))
    except (ValueError, OverflowError):
        return day
