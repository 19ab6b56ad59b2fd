"""The fields of a saved question's form: what each parameter can be set to, from the graph."""

from dataclasses import dataclass

from kg.queries import Parameter, Query
from kg.vocab import CODE, ID, PREF_LABEL, expand, local, seeds_graph
from web import text
from web.reading import Reading

LONG = 300
"""Choices from which a field is one to type in, with suggestions, instead of a list."""


@dataclass(frozen=True)
class Field:
    """One field: `input` is `date`, `number`, `select` or `typed` (typed in, with suggestions); `choices` are values and names."""

    name: str
    input: str
    value: str
    help: str
    choices: tuple[tuple[str, str], ...]


def form(reading: Reading, query: Query, values: dict[str, str], language: str) -> list[Field]:
    """The fields of a question, with the values that are in force."""
    return [_field(reading, parameter, values[parameter.name], language) for parameter in query.parameters]


def choices(reading: Reading, parameter: Parameter, language: str) -> list[tuple[str, str]]:
    """What a parameter can be set to, with names, sorted by name; nothing for days and numbers."""
    labels = reading.labels(language)
    if parameter.kind == "country":
        wanted = reading.ever(parameter.of) if parameter.of else reading.countries.keys()
        found = [(code, labels.of(known.iri)) for code, known in reading.countries.items() if code in wanted]
    elif parameter.kind == "code":
        scheme = f"<{CODE}{parameter.of}>"
        rows = reading.graph.store.select(f"SELECT ?one {{ ?one <{expand('skos:inScheme')}> {scheme} }}")
        found = [(local(row["one"]), labels.of(row["one"])) for row in rows]
    elif parameter.kind == "record":
        graph, path = seeds_graph(parameter.of), f"{ID}{parameter.of.replace('_', '-')}/"
        rows = reading.graph.store.select(f"SELECT DISTINCT ?one {{ GRAPH <{graph}> {{ ?one <{PREF_LABEL}> ?name }} }}")
        found = [(local(row["one"]), labels.of(row["one"])) for row in rows if row["one"].startswith(path)]
    else:
        return []
    return sorted(found, key=lambda pair: text.sort_key(pair[1]))


def _field(reading: Reading, parameter: Parameter, value: str, language: str) -> Field:
    if parameter.kind in ("date", "integer"):
        return Field(parameter.name, "date" if parameter.kind == "date" else "number", value, parameter.help, ())
    found = choices(reading, parameter, language)
    if parameter.default == "any":
        found.insert(0, ("any", text.say("any")))
    if value not in {code for code, _ in found}:
        found.append((value, value))
    return Field(parameter.name, "typed" if len(found) > LONG else "select", value, parameter.help, tuple(found))
