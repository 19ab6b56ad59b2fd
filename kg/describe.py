"""What a program reads before it asks: the graph described in VoID.

Counts are taken from the graph itself. Partitions are what editors complete names from.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass

from rdflib import RDF, RDFS, Literal, URIRef
from rdflib import Graph as Rdf
from rdflib.namespace import DCTERMS, FOAF, VOID, XSD

from kg.dumps import FORMS, file_name
from kg.published import Graph, Kept, Published
from kg.store import Store, converted
from kg.vocab import BASE, PREFIXES

DATASET = URIRef(BASE + "dataset")
LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
COUNTS = "statistics.json"
"""File beside a build that keeps its counts."""

SHOWN = ("coop", "country", "graph", "dcterms", "owl", "prov", "schema", "skos", "xsd")


@dataclass(frozen=True)
class Statistics:
    """Counts of one graph, the union of its named graphs.

    Attributes:
        triples: statements, each counted once.
        subjects: different subjects.
        objects: different objects.
        classes: things of each class.
        properties: statements of each property, with different subjects and objects.
        properties_of: statements of each property about things of each class.
        graphs: statements in each named graph.
    """

    triples: int
    subjects: int
    objects: int
    classes: dict[str, int]
    properties: dict[str, tuple[int, int, int]]
    properties_of: dict[tuple[str, str], int]
    graphs: dict[str, int]


def kept(published: Published, digest: str) -> Statistics:
    """The counts of a build that is kept, taken once and written beside it.

    Raises:
        NotFound: the build is not kept.
    """
    file = published.beside(digest) / COUNTS
    try:
        found = json.loads(file.read_text("utf-8"))
        found["properties_of"] = {(name, of): number for name, of, number in found["properties_of"]}
        found["properties"] = {
            name: (n, subjects, objects) for name, (n, subjects, objects) in found["properties"].items()
        }
        return Statistics(**found)
    except (OSError, ValueError, TypeError, KeyError):
        counts = statistics(published.build(digest).store)
    content = {**asdict(counts), "properties_of": [[*names, n] for names, n in counts.properties_of.items()]}
    with contextlib.suppress(OSError):  # where nothing can be written they are taken again
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f"{file.name}.{os.getpid()}")
        aside.write_text(json.dumps(content), "utf-8")
        aside.replace(file)
    return counts


def statistics(store: Store) -> Statistics:
    """The counts of a graph; it takes seconds, so keep them."""

    once = "{ SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"  # a statement can stand in two named graphs

    def count(what: str) -> int:
        return int(store.select(f"SELECT (COUNT({what}) AS ?n) {once}")[0]["n"])

    classes = store.select("SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class } GROUP BY ?class")
    properties = store.select(
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) "
        f"{once} GROUP BY ?p"
    )
    pairs = store.select(
        "SELECT ?class ?p (COUNT(*) AS ?n) { SELECT DISTINCT ?class ?s ?p ?o { ?s a ?class . ?s ?p ?o } } "
        "GROUP BY ?class ?p"
    )
    graphs = store.select("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    return Statistics(
        count("*"),
        count("DISTINCT ?s"),
        count("DISTINCT ?o"),
        {row["class"]: int(row["n"]) for row in classes},
        {row["p"]: (int(row["n"]), int(row["subjects"]), int(row["objects"])) for row in properties},
        {(row["class"], row["p"]): int(row["n"]) for row in pairs},
        {row["g"]: int(row["n"]) for row in graphs},
    )


def rdf() -> Rdf:
    """An empty description with its prefixes."""
    found = Rdf(bind_namespaces="none")
    for name, space in {**{name: PREFIXES[name] for name in SHOWN}, "void": str(VOID)}.items():
        found.bind(name, space)
    return found


def written(found: Rdf, form: str) -> bytes:
    """A description in a form of `kg.store.FORMS`."""
    if form == "text/turtle":
        return found.serialize(format="turtle", encoding="utf-8")  # it knows the prefixes of the description
    return converted(found.serialize(format="nt", encoding="utf-8"), form)


def void(graph: Graph, counts: Statistics, site: str, dumps: list[str]) -> Rdf:
    """The graph in VoID, with its class and property partitions and one subset a named graph.

    Args:
        graph: the build.
        counts: its statistics.
        site: address of the site, with `/` at the end.
        dumps: addresses of the dumps.
    """
    found = rdf()
    about = found.add
    about((URIRef(site + ".well-known/void"), RDF.type, VOID.DatasetDescription))
    about((URIRef(site + ".well-known/void"), FOAF.primaryTopic, DATASET))
    about((DATASET, RDF.type, VOID.Dataset))
    about((DATASET, DCTERMS.title, Literal("coopkg", lang="en")))
    about((DATASET, DCTERMS.identifier, Literal(graph.digest)))
    about((DATASET, DCTERMS.license, LICENCE))
    about((DATASET, FOAF.homepage, URIRef(site)))
    about((DATASET, VOID.sparqlEndpoint, URIRef(site + "sparql")))
    about((DATASET, VOID.uriSpace, Literal(BASE)))
    about((DATASET, VOID.exampleResource, URIRef(PREFIXES["country"] + "COL")))
    for address in dumps:
        about((DATASET, VOID.dataDump, URIRef(address)))
    for space in sorted({_space(name) for name in (*counts.properties, *counts.classes)}):
        about((DATASET, VOID.vocabulary, URIRef(space)))
    _count(found, DATASET, VOID.triples, counts.triples)
    _count(found, DATASET, VOID.distinctSubjects, counts.subjects)
    _count(found, DATASET, VOID.distinctObjects, counts.objects)
    _count(found, DATASET, VOID.classes, len(counts.classes))
    _count(found, DATASET, VOID.properties, len(counts.properties))
    for name, (triples, subjects, objects) in sorted(counts.properties.items()):
        part = _part(found, DATASET, VOID.propertyPartition, f"property-{_slug(name)}")
        about((part, VOID.property, URIRef(name)))
        _count(found, part, VOID.triples, triples)
        _count(found, part, VOID.distinctSubjects, subjects)
        _count(found, part, VOID.distinctObjects, objects)
    of_class = {}
    for name, things in sorted(counts.classes.items()):
        of_class[name] = part = _part(found, DATASET, VOID.classPartition, f"class-{_slug(name)}")
        about((part, VOID["class"], URIRef(name)))
        _count(found, part, VOID.entities, things)
    for (name, prop), triples in sorted(counts.properties_of.items()):
        part = _part(found, of_class[name], VOID.propertyPartition, f"class-{_slug(name)}-{_slug(prop)}")
        about((part, VOID.property, URIRef(prop)))
        _count(found, part, VOID.triples, triples)
    for name, triples in sorted(counts.graphs.items()):
        about((DATASET, VOID.subset, URIRef(name)))
        about((URIRef(name), RDF.type, VOID.Dataset))
        _count(found, URIRef(name), VOID.triples, triples)
    return found


def large(iri: str, triples: int, site: str) -> Rdf:
    """A named graph that is too large for one answer: how large it is, and where to get it whole."""
    found, me = rdf(), URIRef(iri)
    found.add((me, RDF.type, VOID.Dataset))
    found.add((DATASET, VOID.subset, me))
    _count(found, me, VOID.triples, triples)
    found.add((me, VOID.sparqlEndpoint, URIRef(site + "sparql")))
    found.add((me, RDFS.seeAlso, URIRef(site + "data")))
    words = f"This named graph has {triples} statements, too many for one answer. Take it from a dump, or ask for parts of it in SPARQL."
    found.add((me, RDFS.comment, Literal(words, lang="en")))
    return found


def build(kept: Kept, site: str) -> Rdf:
    """One build that is kept."""
    found, me = rdf(), URIRef(f"{BASE}build/{kept.digest}")
    found.add((me, RDF.type, VOID.Dataset))
    found.add((me, DCTERMS.isVersionOf, DATASET))
    found.add((me, DCTERMS.identifier, Literal(kept.digest)))
    found.add((me, DCTERMS.license, LICENCE))
    found.add((me, DCTERMS.modified, Literal(kept.published.isoformat(), datatype=XSD.dateTime)))
    for form in FORMS:
        found.add((me, VOID.dataDump, URIRef(f"{site}dumps/{kept.digest}/{file_name(form)}")))
    return found


def _part(found: Rdf, of: URIRef, property_: URIRef, slug: str) -> URIRef:
    part = URIRef(f"{DATASET}#{slug}")
    found.add((of, property_, part))
    found.add((part, RDF.type, VOID.Dataset))
    return part


def _count(found: Rdf, about: URIRef, property_: URIRef, number: int) -> None:
    found.add((about, property_, Literal(number, datatype=XSD.integer)))


def _space(name: str) -> str:
    """The namespace of a class or property."""
    return name.rsplit("#" if "#" in name else "/", 1)[0] + ("#" if "#" in name else "/")


def _slug(name: str) -> str:
    """A class or property as part of an IRI: `coop-Agreement`, or its whole IRI where it has no prefix here."""
    for prefix, space in PREFIXES.items():
        if name.startswith(space) and prefix not in ("country",):
            return f"{prefix}-{name.removeprefix(space)}"
    return "".join(char if char.isalnum() else "-" for char in name.removeprefix("http://").removeprefix("https://"))
