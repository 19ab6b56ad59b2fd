"""The library as path items of OpenAPI: every question with its parameters, at its address without and with a suffix."""

from typing import Any

from kg.queries import Parameter, Query
from web.openapi import parameter, responses
from web.picks import LONG, choices
from web.reading import Reading, reader

TEXT = {"type": "string"}
ROWS = {
    "type": "object",
    "required": ["meta", "rows"],
    "properties": {
        "meta": {"type": "object", "description": "Graph, day, number of rows, question and parameters."},
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}
BYTES = {"type": "string", "format": "binary"}
KINDS = {
    "json": ("application/json", ROWS),
    "csv": ("text/csv", TEXT),
    "tsv": ("text/tab-separated-values", TEXT),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", BYTES),
    "srj": ("application/sparql-results+json", {"type": "object", "required": ["head", "results"]}),
    "rq": ("application/sparql-query", TEXT),
}
ERRORS = (400, 404, 422, 503)


def paths() -> dict[str, Any]:
    """The path items."""
    reading = reader().current()
    found: dict[str, Any] = {}
    for query in [*reading.questions.values(), *reading.kinds.values()]:
        given = [_parameter(reading, one) for one in query.parameters]
        found[f"/library/{query.name}"] = {"get": _operation(query, "", given, dict(KINDS.values()))}
        for suffix, (kind, schema) in KINDS.items():
            found[f"/library/{query.name}.{suffix}"] = {"get": _operation(query, suffix, given, {kind: schema})}
    return found


def _operation(query: Query, suffix: str, given: list[dict[str, Any]], content: dict[str, Any]) -> dict[str, Any]:
    name = "".join(part.capitalize() for part in query.name.split("-"))
    form = f"as {suffix}" if suffix else "in the form that the Accept header names"
    return {
        "operationId": f"library{name}{suffix.capitalize()}",
        "tags": ["library"],
        "summary": f"{query.title}, {form}",
        "description": "\n\n".join(filter(None, [query.questions["en"], query.notes.get("en", "")])),
        "parameters": given,
        "responses": responses(content, *ERRORS) if suffix else responses({**content, "text/html": TEXT}, *ERRORS),
    }


def _parameter(reading: Reading, one: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "default": one.default}
    if one.kind == "date":
        schema = {"type": "string", "format": "date"}
    elif one.kind == "integer":
        schema = {"type": "integer", "minimum": 0, "maximum": 999_999_999, "default": int(one.default)}
    else:
        values = [code for code, _ in choices(reading, one, "en")]
        if len(values) <= LONG:
            schema["enum"] = sorted({*values, "any"})
    words = one.help
    if one.kind == "date" and not one.default[:1].isdigit():
        words += (
            " Default: today."
            if one.default == "today"
            else " Default: the day asked about less the months after which an absence is too old."
        )
    return parameter(one.name, "query", schema, words)
