"""An explanation as a page shows it: names in the reader's language, and every fact told once."""

from dataclasses import dataclass

from kg.derivation import Computed, Fact, Rule
from kg.explain import Evidence, Explanation
from kg.labels import Labels
from kg.outline import shown
from kg.positions import Source
from kg.records import Field
from kg.vocab import ID, expand, local
from web import text


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
class EvidenceView:
    """A fact that was looked at: its state on the day, its age in months, and the fact."""

    state: str
    age: int | None
    fact: FactView


@dataclass(frozen=True)
class View:
    """An explanation as the page shows it; `given` are name and value of the question's parameters."""

    status: str
    definition: str
    definition_language: str
    values: tuple[tuple[str, str], ...]
    rule: Words
    given: tuple[tuple[str, str], ...]
    days: tuple[Day, ...]
    rests_on: tuple[EvidenceView, ...]
    looked_at: tuple[EvidenceView, ...]
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
        return View(
            explanation.status,
            meaning.text,
            meaning.language,
            self._fields(explanation.values),
            self._words(explanation.rule),
            tuple((given.name, self._value(Field("", given.value))) for given in explanation.given),
            self._days(explanation.days),
            rests_on,
            looked_at,
            self._fact(explanation.need) if explanation.need else None,
        )

    def _evidence(self, one: Evidence) -> EvidenceView:
        return EvidenceView(one.state, one.age, self._fact(one.fact))

    def _fact(self, fact: Fact) -> FactView:
        code = f"{fact.table}/{fact.id}"
        if fact.iri in self._told:
            return FactView(code, True)
        self._told.add(fact.iri)
        source = fact.source
        return FactView(
            code,
            False,
            self._fields(shown(fact)),
            Source(source.title, source.url, source.as_of, fact.confidence) if source else None,
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
