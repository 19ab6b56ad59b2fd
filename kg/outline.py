"""An explanation as lines of text: every line is a value of the conclusion, a record, or the header of a rule.

The words between them are the names of columns and of the states that `kg.explain.Evidence` lists.
"""

from collections.abc import Iterator

from kg.derivation import Computed, Fact, Input, Rule
from kg.explain import Explanation
from kg.records import Field
from kg.score import WHOLE
from kg.vocab import BOUNDS, ID, expand, local

QUIET = {expand("coop:hasConfidence"), expand("dc:contributor")}
"""Properties that the line of the source says, or that say nothing about the fact."""

PRINTED = {expand(bound): expand(printed) for printed, bounds in BOUNDS.items() for bound in bounds if bound}
"""The property of the date as printed, by that of each of its bounds."""


def outline(explanation: Explanation) -> str:
    """An explanation as text: conclusion, rule, evidence with all that it follows from, need."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    values = ", ".join(f"{local(field.property)} {_text(field)}" for field in explanation.values)
    yield f"{explanation.kind}: {values}"
    definition = explanation.status_word.value(expand("skos:definition"))
    yield f"  status {explanation.status}: {definition}"
    for given in explanation.given:
        yield f"  {given.name} {_shown(given.value.text)}: {given.help}"
    yield from _rule(explanation.rule, "  ")
    for day in explanation.days:
        yield from _day(day, "  ")
    if explanation.score.value is not None:
        yield f"  score {explanation.score.value}"
        yield from (
            f"      {part.name} {part.least} to {part.most} of {WHOLE}" for part in explanation.parts if part.known
        )
    told: set[str] = set()
    for rests in (True, False):
        chosen = [one for one in explanation.evidence if one.decides == rests]
        yield f"{'rests on' if rests else 'also looked at'}: {len(chosen)}"
        for one in chosen:
            state = " ".join(word for word in (one.state, f"{one.age} months" if one.age is not None else "") if word)
            yield from _fact(one.fact, "  ", told, f" [{state}]" if state else "")
    if explanation.need:
        yield f"need: {len(explanation.need.uses)}"
        for rule in explanation.need.rules:
            yield from _rule(rule, "  ")
        for fact in explanation.need.uses:
            yield from _fact(fact, "  ", told)


def _fact(fact: Fact, indent: str, told: set[str], state: str = "") -> Iterator[str]:
    """A fact with what it follows from; told once, and named only where it comes again."""
    again = fact.iri in told
    told.add(fact.iri)
    yield f"{indent}{fact.table} {fact.id}{state}{' (above)' if again else ''}"
    if again:
        return
    inner = indent + "    "
    values = [f"{local(field.property)} {_text(field)}" for field in shown(fact)]
    if values:
        yield inner + "; ".join(values)
    if fact.source:
        as_of = fact.source.as_of
        dated = f"asOf {as_of}" if as_of else "undated"
        yield f"{inner}source: {fact.source.title} <{fact.source.url}>, {dated}, confidence {fact.confidence}"
    for rule in fact.rules:
        yield from _rule(rule, inner)
    for day in fact.days:
        yield from _day(day, inner)
    for used in fact.uses:
        yield from _fact(used, inner, told)


def _rule(rule: Rule, indent: str) -> Iterator[str]:
    yield f"{indent}by {rule.iri.removeprefix(ID)}: {rule.titles.get('en', '')}"
    for texts in (rule.questions, rule.notes):
        if text := texts.get("en", ""):
            yield f"{indent}    {text}"


def _day(day: Computed, indent: str) -> Iterator[str]:
    yield f"{indent}{local(day.property)} {day.value}, from:"
    yield from (f"{indent}    {_input(one)}" for one in day.inputs)


def _input(one: Input) -> str:
    added = f" {one.added:+d} day" if one.added else ""
    return f"{_shown(one.fact)} {local(one.property)} {one.value}{added}{', decides' if one.decides else ''}"


def shown(fact: Fact) -> list[Field]:
    """The statements about a fact that a reader needs: dates as printed, not their bounds."""
    names = {field.property for field in fact.fields}
    return [field for field in fact.fields if field.property not in QUIET and PRINTED.get(field.property) not in names]


def _text(field: Field) -> str:
    return _shown(field.value.text) if field.value.is_iri else field.value.text


def _shown(text: str) -> str:
    """An IRI of the graph's own by its last part, with the table where it is a record; anything else as it is."""
    if text.startswith(ID):
        return text.removeprefix(ID)
    return local(text) if text.startswith(("https://w3id.org/coopkg/", "http://publications.europa.eu/")) else text
