"""Namespaces and the few terms that Python needs; the only place where an IRI is typed."""

BASE = "https://w3id.org/coopkg/"
COOP = BASE + "def#"
ID = BASE + "id/"
CODE = BASE + "code/"
GRAPH = BASE + "graph/"
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"

PREFIXES = {
    "coop": COOP,
    "adms": "http://www.w3.org/ns/adms#",
    "agreement": ID + "agreement/",
    "basis": ID + "basis/",
    "bibo": "http://purl.org/ontology/bibo/",
    "country": COUNTRY,
    "dc": "http://purl.org/dc/elements/1.1/",
    "grade": CODE + "grade/",
    "group": CODE + "country-group/",
    "graph": GRAPH,
    "indicator": CODE + "indicator/",
    "kind": CODE + "agreement-kind/",
    "matter": CODE + "matter/",
    "organisation": ID + "organisation/",
    "partnership": ID + "partnership/",
    "scope": CODE + "scope/",
    "status": CODE + "position-status/",
    "treaty-status": CODE + "treaty-status/",
    "dcterms": "http://purl.org/dc/terms/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "gn": "http://www.geonames.org/ontology#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": XSD,
}

BOUNDS = {
    "schema:startDate": ("coop:sinceEarliest", "coop:sinceLatest"),
    "schema:endDate": ("coop:untilEarliest", "coop:untilLatest"),
    "dcterms:created": ("coop:signedEarliest", "coop:signedLatest"),
    "dcterms:valid": ("", "coop:statusAsOfLatest"),
}
"""The first and the last calendar day that a printed date can mean, by the property of the printed date.

Nothing compares with the first day of a status, so that one is left out.
"""

ONTOLOGY_GRAPH = GRAPH + "ontology"
NAMES_GRAPH = GRAPH + "names"


def expand(curie: str) -> str:
    """The IRI of a prefixed name such as `coop:Agreement`.

    Raises:
        KeyError: the prefix is not in `PREFIXES`.
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def local(iri: str) -> str:
    """The last part of an IRI: `BEL` of a country, `mla` of a matter."""
    return iri.replace("#", "/").rsplit("/", 1)[-1]


def seeds_graph(table: str) -> str:
    """The named graph that holds the statements of one table."""
    return f"{GRAPH}seeds/{table}"
