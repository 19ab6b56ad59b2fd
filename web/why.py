"""An explanation as a page shows it: the conclusion, the facts in a few words each, the rules, then every step.

Names are in the reader's language. In the steps every fact is told once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.derivation import Computed, Fact, Rule
from kg.explain import Evidence, Explanation
from kg.labels import Labels
from kg.outline import shown
from kg.positions import Source
from kg.records import Field
from kg.vocab import ID, expand, local
from web import text

WHO = ["coop:hasParticipant", "coop:hasMemberState", "coop:hasCountry", "coop:startsAt", "coop:endsAt", "coop:hasGroup"]
NAMES = [
    [expand("skos:prefLabel")],
    [expand("coop:restsOn")],
    [expand(name) for name in [*WHO, "coop:hasAgreement"]],
    [expand("dcterms:isPartOf")],
]
"""What a fact is called by: its name, the agreement of a basis, or else whom and what it joins."""

APART = {expand(name) for name in ("skos:altLabel", "coop:checked", "coop:hasProof")}
"""What is said beside the source, or by the facts that follow."""

PLAIN = {
    *(expand(name) for name in ("coop:hasFinding", "coop:hasGrade", "coop:hasCommodity", "coop:hasTrend")),
    *(expand(name) for name in ("coop:inMatter", "coop:hasScope", "adms:status", "dcterms:type")),
    *(expand(name) for name in ("dcterms:description", "skos:note")),
}
"""What is understood without the name of its property."""

ROUTES = ("route", "country_role")
"""Tables of the need that are told in a few words; legs and reports are among the steps."""


@dataclass(frozen=True)
class Words:
    """The header of a rule or saved question in the reader's language, English where it has no other."""

    name: str
    title: str
    question: str
    note: str


@dataclass(frozen=True)
class DayLine:
    """A day that went into a computed one: of which record, what it is there, days added, whether it decided."""

    record: str
    label: str
    value: str
    added: int
    decides: bool


@dataclass(frozen=True)
class Day:
    """A computed day with what it was computed from."""

    label: str
    value: str
    inputs: tuple[DayLine, ...]


@dataclass(frozen=True)
class FactView:
    """A fact: table and identifier, what is stated, where it was read or which rule made it, and what it follows from.

    `again` says that the fact stands further up the page with all of this, which is then left out.
    """

    code: str
    again: bool
    fields: tuple[tuple[str, str], ...] = ()
    source: Source | None = None
    rules: tuple[Words, ...] = ()
    days: tuple[Day, ...] = ()
    uses: tuple["FactView", ...] = ()


@dataclass(frozen=True)
class Brief:
    """A record in a few words.

    Attributes:
        kind: the name of its class.
        name: what it is called.
        says: values that need no name of their own.
        fields: what else it says, by property.
        source: where it was read.
        checked: when that was checked.
        code: table and identifier.
    """

    kind: str
    name: str
    says: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    source: Source | None
    checked: str
    code: str


@dataclass(frozen=True)
class EvidenceView:
    """A fact that was looked at.

    Attributes:
        state: its state on the day.
        age: its age in months.
        brief: the fact in a few words.
        behind: the records of tables that it follows from, in a few words.
        sources: where these were read, each once.
        fact: the fact with every step.
    """

    state: str
    age: int | None
    brief: Brief
    behind: tuple[Brief, ...]
    sources: tuple[Source, ...]
    fact: FactView


@dataclass(frozen=True)
class View:
    """An explanation as the page shows it.

    Attributes:
        about: what the conclusion is about: the pair, or the country, and the subject.
        status: notation of the status.
        definition: what the status means.
        definition_language: the language of that.
        values: what the conclusion says.
        rule: the question that gave it.
        given: name, help and value of its parameters.
        rules: the rules that made the facts, each once.
        days: days that were computed.
        rests_on: the facts that it rests on.
        looked_at: the others.
        standing: names of bases that hold although the gap is one.
        routes: the need in a few words.
        need: the need with every step.
    """

    about: str
    status: str
    definition: str
    definition_language: str
    values: tuple[tuple[str, str], ...]
    rule: Words
    given: tuple[tuple[str, str, str], ...]
    rules: tuple[Words, ...]
    days: tuple[Day, ...]
    rests_on: tuple[EvidenceView, ...]
    looked_at: tuple[EvidenceView, ...]
    standing: str
    routes: tuple[Brief, ...]
    need: FactView | None


class Teller:
    """Turns one explanation into what a page shows.

    Args:
        labels: names in the reader's language.
        language: that language.
    """

    def __init__(self, labels: Labels, language: str) -> None:
        self._labels = labels
        self._language = language
        self._told: set[str] = set()

    def view(self, explanation: Explanation) -> View:
        """The whole page; facts are told once, in the order in which it shows them."""
        rests_on = tuple(self._evidence(one) for one in explanation.evidence if one.decides)
        looked_at = tuple(self._evidence(one) for one in explanation.evidence if not one.decides)
        meanings = {
            field.value.language: field.value
            for field in explanation.status_word.fields
            if field.property == expand("skos:definition")
        }
        meaning = meanings.get(self._language, meanings["en"])
        need = explanation.need
        about = {expand(name) for name in ("coop:hasMemberState", "coop:hasCountry", "dcterms:subject")}
        made = [one.fact for one in explanation.evidence] + ([need] if need else [])
        rules = {rule.iri: rule for fact in made for step in _steps([fact]) for rule in step.rules}
        standing = dict.fromkeys(
            self._brief(one.fact).name
            for one in explanation.evidence
            if (one.kind, one.state, one.decides) == ("basis", "holds", False)
        )
        return View(
            " – ".join(self._value(field) for field in explanation.values if field.property in about),
            explanation.status,
            meaning.text,
            meaning.language,
            self._fields(explanation.values),
            self._words(explanation.rule),
            tuple((given.name, given.help, self._value(Field("", given.value))) for given in explanation.given),
            tuple(self._words(rule) for iri, rule in rules.items() if iri != explanation.rule.iri),
            self._days(explanation.days),
            rests_on,
            looked_at,
            text.listed(list(standing)),
            tuple(self._brief(fact) for fact in need.uses if fact.table in ROUTES) if need else (),
            self._fact(need) if need else None,
        )

    def _evidence(self, one: Evidence) -> EvidenceView:
        behind = tuple(self._brief(step) for step in _steps(one.fact.uses) if step.source)
        sources = tuple(dict.fromkeys(record.source for record in behind if record.source))
        return EvidenceView(one.state, one.age, self._brief(one.fact), behind, sources, self._fact(one.fact))

    def _brief(self, fact: Fact) -> Brief:
        fields = shown(fact)
        by = next((names for names in NAMES if any(field.property in names for field in fields)), [])
        named = dict.fromkeys(
            self._value(field) for name in by for field in fields if field.property == name and self._reads(field)
        )
        said = [field for field in fields if field.property not in APART and field.property not in by]
        if not fact.source:  # a basis serves several matters and names its parties: the page has said which
            said = [field for field in said if not field.value.is_iri or field.property == expand("coop:hasGrade")]
        return Brief(
            self._labels.of(fact.types[0]) if fact.types else "",
            " – ".join(named) or fact.id,
            tuple(self._value(field) for field in said if field.property in PLAIN),
            self._fields([field for field in said if field.property not in PLAIN]),
            _source(fact),
            fact.value(expand("coop:checked")),
            f"{fact.table}/{fact.id}",
        )

    def _reads(self, field: Field) -> bool:
        """Whether a name is in no other language than the reader's."""
        return field.value.language in ("", "en", self._language)

    def _fact(self, fact: Fact) -> FactView:
        code = f"{fact.table}/{fact.id}"
        if fact.iri in self._told:
            return FactView(code, True)
        self._told.add(fact.iri)
        return FactView(
            code,
            False,
            self._fields(shown(fact)),
            _source(fact),
            tuple(self._words(rule) for rule in fact.rules),
            self._days(fact.days),
            tuple(self._fact(used) for used in fact.uses),
        )

    def _fields(self, fields: tuple[Field, ...] | list[Field]) -> tuple[tuple[str, str], ...]:
        return tuple((self._label(field.property), self._value(field)) for field in fields)

    def _label(self, property_: str) -> str:
        """The name of a property: by the ontology or, where that has none, by the words of the site."""
        return self._labels.of(property_) if self._labels.has(property_) else text.say(f"property {local(property_)}")

    def _value(self, field: Field) -> str:
        return self._labels.of(field.value.text) if field.value.is_iri else field.value.text

    def _words(self, rule: Rule) -> Words:
        title, question, note = (
            texts.get(self._language, texts.get("en", "")) for texts in (rule.titles, rule.questions, rule.notes)
        )
        return Words(rule.iri.removeprefix(ID), title, question, note)

    def _days(self, days: tuple[Computed, ...]) -> tuple[Day, ...]:
        return tuple(
            Day(
                self._label(day.property),
                day.value,
                tuple(
                    DayLine(one.fact.removeprefix(ID), self._label(one.property), one.value, one.added, one.decides)
                    for one in day.inputs
                ),
            )
            for day in days
        )


def _source(fact: Fact) -> Source | None:
    source = fact.source
    return Source(source.title, source.url, source.as_of, fact.confidence) if source else None


def _steps(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Facts with all that they follow from, each once, what is made before what it is made from."""
    waiting, seen = list(facts), set()
    while waiting:
        fact = waiting.pop(0)
        if fact.iri not in seen:
            seen.add(fact.iri)
            yield fact
            waiting = [*fact.uses, *waiting]
