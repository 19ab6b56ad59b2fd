"""The page of any thing that the graph knows: what is said of it, what names it, and the same as data."""

from dataclasses import dataclass, field, fields
from typing import ClassVar

from flask import Response, g

from kg import shapes_files
from kg.store import Row
from kg.vocab import BASE, COOP, COUNTRY, GRAPH, ONTOLOGY_GRAPH, PREF_LABEL, RDF_TYPE, expand, local
from web import links, text
from web.pages import Page, page
from web.reading import Reading, day_of, reader

SUFFIXES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
TERM = "def/term/"
"""Beginning of the path of the page about one term; the terms themselves are parts of one document (`def#...`)."""
FIRST = [
    expand(name)
    for name in ("skos:definition", "skos:scopeNote", "rdfs:subClassOf", "rdfs:subPropertyOf", "dcterms:isRequiredBy")
]
"""What the page of a term says first."""

NAMING = [
    expand(name)
    for name in (
        *("coop:hasAgreement", "coop:restsOn", "org:organization", "dcterms:isPartOf", "dcterms:subject"),
        *("coop:hasGroup", "coop:hasOrganisation", "coop:hasMemberState", "coop:startsAt", "coop:endsAt"),
        *("coop:hasParticipant", "org:member", "coop:hasCountry", "dcterms:spatial"),
        *("coop:inMatter", "coop:hasCommodity", "sdmx-dimension:refPeriod"),
    )
]
"""What a record without a name of its own is called by: the things it is about, in this order."""

FEW = 2
"""Values that a property has at most where they are to stand in the name of a record."""

EXAMPLES = 5
SHOWN = 20
"""Things shown of those that name a thing in the same way."""


@dataclass(frozen=True)
class Value:
    """One value: its text, its language or kind, and the page of the thing that it is (empty: none)."""

    text: str
    language: str
    page: str
    iri: bool


@dataclass(frozen=True)
class ThingPage(Page):
    """What the graph says about one thing, and which others name it: property, number, and the first of them."""

    template: ClassVar[str] = "thing.html"
    iri: str
    kinds: list[str]
    said: list[tuple[str, str, list[Value]]]
    named_by: list[tuple[str, int, list[Value]]]
    files: list[tuple[str, str]]
    examples: list[Value] = field(default_factory=list)


@dataclass(frozen=True)
class TermsPage(Page):
    """The ontology: IRI of each term, its last part, its kind, label and definition."""

    template: ClassVar[str] = "terms.html"
    iri: str
    version: str
    terms: list[tuple[str, str, str, str, str]]
    files: list[tuple[str, str]]


def show(reading: Reading, path: str) -> Response:
    """The page of a thing; `path` is what its IRI has below the project's base."""
    if path.startswith(TERM):
        return _term(reading, COOP + path.removeprefix(TERM))
    if path.startswith("def"):
        return _terms(reading)
    store, labels, iri = reading.graph.store, reading.labels(g.language), BASE + path
    if path == "shape" or path.startswith("shape/"):
        rows = shapes_files.rows(reading.graph.shapes, "" if path == "shape" else iri)
    else:
        rows = store.select(f"SELECT DISTINCT ?p ?o (LANG(?o) AS ?language) (ISIRI(?o) AS ?iri) {{ <{iri}> ?p ?o }}")
    said: dict[str, list[Value]] = {}
    for row in sorted(rows, key=lambda row: (row["p"], row.get("language", ""), row["o"])):
        if row["p"] != RDF_TYPE:
            said.setdefault(row["p"], []).append(_value(reading, row))
    order = sorted(said, key=lambda name: (name != PREF_LABEL, labels.of(name)))
    values = ThingPage(
        labels.of(iri) if labels.has(iri) else _name(said) or labels.of(iri),
        day_of(""),
        reading.graph.digest,
        iri,
        [labels.of(row["o"]) for row in rows if row["p"] == RDF_TYPE and row["o"].startswith(BASE)],
        [(links.page_of(name), _property(reading, name), said[name]) for name in order],
        _named_by(reading, iri),
        _files(path),
    )
    return _shown(values)


def _name(said: dict[str, list[Value]]) -> str:
    """What a record without a name of its own is called: by what it is about; empty where it is about nothing named."""
    values = (said.get(name, []) for name in NAMING)
    return " · ".join(value.text for some in values if len(some) <= FEW for value in some)


def is_term(reading: Reading, path: str) -> bool:
    """Whether a path is that of the page about a term of the ontology."""
    name = path.removeprefix(TERM)
    if not path.startswith(TERM) or not (name.isascii() and name.isalnum()):
        return False
    asked = f"ASK {{ GRAPH <{ONTOLOGY_GRAPH}> {{ <{COOP}{name}> <{expand('skos:definition')}> ?words }} }}"
    return reading.graph.store.select(asked)[0]["ask"] == "true"


def _term(reading: Reading, iri: str) -> Response:
    """The page of one term: what the ontology says of it in the reader's language, and examples from the data."""
    store, labels = reading.graph.store, reading.labels(g.language)
    rows = store.select(
        f"SELECT DISTINCT ?p ?o (LANG(?o) AS ?language) (ISIRI(?o) AS ?iri) {{ GRAPH <{ONTOLOGY_GRAPH}> {{ <{iri}> ?p ?o }} }}"
    )
    said: dict[str, list[Value]] = {}
    for row in sorted(rows, key=lambda row: (row["p"], row["o"])):
        spoken = {one.get("language", "") for one in rows if one["p"] == row["p"]}
        if row.get("language", "") in (g.language if g.language in spoken else "en", "") and row["p"] != RDF_TYPE:
            said.setdefault(row["p"], []).append(_value(reading, row))
    uses = store.select(
        f"SELECT DISTINCT ?o {{ {{ ?o a <{iri}> }} UNION {{ ?o <{iri}> ?value }} FILTER (ISIRI(?o)) }} LIMIT {EXAMPLES}"
    )
    examples = [_value(reading, {"o": row["o"], "iri": "true"}) for row in uses]
    order = sorted(said, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    values = ThingPage(
        labels.of(iri),
        day_of(""),
        reading.graph.digest,
        iri,
        [text.say("Vocabulary")],
        [(links.page_of(name), _property(reading, name), said[name]) for name in order],
        [],
        _files("def"),
        examples,
    )
    return _shown(values)


def _shown(values: ThingPage | TermsPage) -> Response:
    answer = page(values.template, **{one.name: getattr(values, one.name) for one in fields(values)})
    for suffix, address in values.files:
        answer.headers.add("Link", f'<{address}>; rel="alternate"; type="{SUFFIXES[suffix]}"')
    return answer


def _files(path: str) -> list[tuple[str, str]]:
    return [(suffix, links.rdf(path, suffix)) for suffix in SUFFIXES]


def _property(reading: Reading, name: str) -> str:
    """The name of a property: that of the ontology, else the interface's own, else its last part."""
    known = reading.labels(g.language).of(name)
    return text.say(f"property {known}") if known == local(name) and text.has(f"property {known}") else known


def _value(reading: Reading, row: Row) -> Value:
    if row.get("iri") != "true":
        return Value(row["o"], row.get("language", ""), "", False)
    place = links.page_of(row["o"])
    if not place and row["o"].startswith(("http://", "https://")):
        return Value(row["o"], "", row["o"], True)
    return Value(reading.labels(g.language).of(row["o"]), "", place, True)


def _named_by(reading: Reading, iri: str) -> list[tuple[str, int, list[Value]]]:
    """Who names a thing, by property: how many, and the first of them by IRI."""
    if iri.startswith((GRAPH, BASE + "shape")):
        return []
    store = reading.graph.store
    counts = store.select(f"SELECT ?p (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p <{iri}> }} GROUP BY ?p")
    found = []
    for row in sorted(counts, key=lambda row: (-int(row["n"]), row["p"])):
        some = store.select(f"SELECT DISTINCT ?o {{ ?o <{row['p']}> <{iri}> }} LIMIT {SHOWN}")
        values = [_value(reading, {"o": one["o"], "iri": "true"}) for one in sorted(some, key=lambda one: one["o"])]
        found.append((_property(reading, row["p"]), int(row["n"]), values))
    return found


def version(reading: Reading) -> str:
    """The version of the vocabulary that the graph speaks."""
    rows = reading.graph.store.select(f"SELECT ?v {{ <{BASE}def> <{expand('owl:versionInfo')}> ?v }}")
    return rows[0]["v"] if rows else ""


def _terms(reading: Reading) -> Response:
    labels, kinds = reading.labels(g.language), {"Class": text.say("class"), "ObjectProperty": text.say("relation")}
    rows = reading.graph.store.select(f"""
        PREFIX owl: <http://www.w3.org/2002/07/owl#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?term ?kind ?definition (LANG(?definition) AS ?language) WHERE {{
          GRAPH <{ONTOLOGY_GRAPH}> {{
            VALUES ?kind {{ owl:Class owl:ObjectProperty owl:DatatypeProperty }}
            ?term a ?kind ; skos:definition ?definition .
          }}
        }}""")
    best: dict[str, tuple[str, str, str, str, str]] = {}
    for row in sorted(rows, key=lambda row: row["language"] == g.language):
        if row["language"] in ("en", g.language) and row["term"].startswith(BASE + "def#"):
            kind = kinds.get(local(row["kind"]), text.say("attribute"))
            best[row["term"]] = (row["term"], local(row["term"]), kind, labels.of(row["term"]), row["definition"])
    values = TermsPage(
        text.say("Vocabulary"),
        day_of(""),
        reading.graph.digest,
        BASE + "def",
        version(reading),
        sorted(best.values(), key=lambda term: (not term[1][:1].isupper(), term[1])),
        _files("def"),
    )
    return _shown(values)


def identifiers(code: str) -> list[tuple[str, str, str]]:
    """What the country with an alpha-3 code is called elsewhere: the kind of identifier, its text, its address (or none)."""
    iri = COUNTRY + code
    rows = (
        reader()
        .current()
        .graph.store.select(
            f"SELECT ?alpha2 ?m49 ?wikidata {{ <{iri}> <{expand('gn:countryCode')}> ?alpha2 "
            f"OPTIONAL {{ <{iri}> <{expand('skos:notation')}> ?m49 }} "
            f"OPTIONAL {{ <{iri}> <{expand('schema:identifier')}> ?wikidata }} }}"
        )
    )
    known = rows[0] if rows else {}
    found = [(text.say("EU authority table"), code, iri)]
    if alpha2 := known.get("alpha2"):
        # Kosovo's codes are in use, but no codes of the standard
        iso = code != "XKX"
        place = f"https://www.iso.org/obp/ui/#iso:code:3166:{alpha2}" if iso else ""
        found.append(("ISO 3166-1" if iso else text.say("in use, not of ISO 3166-1"), f"{alpha2} · {code}", place))
    if m49 := known.get("m49"):
        found.append(("M49", local(m49), "https://unstats.un.org/unsd/methodology/m49/"))
    if item := known.get("wikidata"):
        found.append(("Wikidata", local(item), f"http://www.wikidata.org/entity/{local(item)}"))
    return found
