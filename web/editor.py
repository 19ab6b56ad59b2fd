"""What the query editor needs from the site: words to complete, saved questions to open, and the end of a query that runs."""

import functools
import re

from flask import Blueprint, Flask, Response, g, jsonify, request

from kg import runs
from kg.vocab import CODE, ONTOLOGY_GRAPH, PREFIXES, expand, local
from web import query_page
from web.library import asked_of
from web.reading import Reading, reader

editor = Blueprint("editor", __name__)


def init_app(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(editor)


@editor.get("/editor/words.json")
def words() -> Response:
    """Prefixes, terms and countries to complete, in the reader's language; the same until another graph is published."""
    reading = reader().current()
    answer = jsonify(_words(reading, g.language))
    answer.set_etag(f"{reading.graph.digest}-{g.language}")
    answer.headers["Cache-Control"] = "no-cache"
    return answer.make_conditional(request)  # type: ignore[return-value]


@editor.get("/editor/<name>")
def open_saved(name: str) -> Response:
    """The query page with a saved question filled in, its parameters as the address gives them."""
    query, values = asked_of(name)
    return query_page.filled(query.bind(values), query.notes.get(g.language, query.notes.get("en", "")))


@editor.post("/editor/cancel")
def cancel() -> Response:
    """Ends the query of a run, if it is waiting or running: its worker process is killed.

    Raises:
        UsageError: the form names no run.
    """
    return jsonify(cancelled=runs.end(request.form.get("run", "")))


@functools.lru_cache(4)
def _words(reading: Reading, language: str) -> dict[str, object]:
    labels, store = reading.labels(language), reading.graph.store
    kinds = {
        expand("owl:Class"): "class",
        expand("owl:ObjectProperty"): "property",
        expand("owl:DatatypeProperty"): "property",
        expand("owl:AnnotationProperty"): "property",
    }
    texts: dict[str, tuple[str, str]] = {}
    for row in store.select(f"""
            SELECT ?term ?label ?words (LANG(?label) AS ?language) WHERE {{ GRAPH <{ONTOLOGY_GRAPH}> {{
              ?term <{expand("rdfs:label")}> ?label
              OPTIONAL {{ ?term <{expand("skos:definition")}> ?words FILTER (LANG(?words) = LANG(?label)) }} }}
              FILTER (LANG(?label) IN ("en", "{language}")) }}"""):
        if row["term"] not in texts or row["language"] == language:
            texts[row["term"]] = row["label"], row.get("words", "")
    terms: dict[str, dict[str, str]] = {}
    for row in store.select(f"SELECT ?term ?kind {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?term a ?kind }} }}"):
        if row["kind"] in kinds and (name := _short(row["term"])):
            label, info = texts.get(row["term"], ("", ""))
            terms[name] = {"name": name, "label": label, "kind": kinds[row["kind"]], "info": info}
    # Terms of other vocabularies that the graph uses without declaring them belong to the answer too.
    used = [(row["term"], "class") for row in store.select("SELECT DISTINCT ?term { ?thing a ?term }")]
    used += [(row["term"], "property") for row in store.select("SELECT DISTINCT ?term { ?thing ?term ?value }")]
    for term, kind in used:
        if name := _short(term):
            terms.setdefault(name, {"name": name, "label": texts.get(term, ("", ""))[0], "kind": kind, "info": ""})
    for row in store.select(f"SELECT ?code {{ ?code <{expand('skos:inScheme')}> ?scheme }}"):
        if row["code"].startswith(CODE) and (name := _short(row["code"])):
            terms[name] = {"name": name, "label": labels.of(row["code"]), "kind": "constant", "info": ""}
    countries = [
        {
            "code": code,
            "name": labels.of(country.iri).rstrip("*"),
            "names": sorted({reading.labels("en").of(country.iri).rstrip("*"), code} - {labels.of(country.iri)}),
        }
        for code, country in reading.countries.items()
    ]
    return {"prefixes": PREFIXES, "terms": [terms[name] for name in sorted(terms)], "countries": countries}


def _short(iri: str) -> str:
    """The prefixed name of a term; empty where no prefix of ours fits or the rest needs escaping."""
    fits = [prefix for prefix, namespace in PREFIXES.items() if iri == namespace + local(iri)]
    return f"{fits[0]}:{local(iri)}" if fits and re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", local(iri)) else ""
