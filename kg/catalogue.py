"""The graph in a data catalogue: DCAT-AP 3.0, with its files, its query service and its licence."""

from rdflib import RDF, RDFS, Literal, Namespace, URIRef
from rdflib import Graph as Rdf
from rdflib.namespace import DCAT, DCTERMS, FOAF, SKOS, XSD

from kg.describe import DATASET, LICENCE, rdf
from kg.dumps import FORMS, Dump, file_name
from kg.published import Graph, Kept
from kg.vocab import BASE, COOP

CATALOGUE = URIRef(BASE + "catalogue")
PROJECT = URIRef(BASE + "project")
RIGHTS = URIRef(f"{DATASET}#rights")
EU = "http://publications.europa.eu/resource/authority/"
SPDX = Namespace("http://spdx.org/rdf/terms#")
MEDIA = "https://www.iana.org/assignments/media-types/"
FILE_TYPES = {"nq": "RDF_N_QUADS", "trig": "RDF_TRIG", "jsonld": "JSON_LD"}

TITLES = {
    "en": "Cooperation of the European Union and its member states with third countries against organised crime",
    "fr": "Coopération de l'Union européenne et de ses États membres avec les pays tiers contre la criminalité organisée",
}
WORDS = {
    "en": "Agreements and who is party to them, agencies, liaison postings, partnerships, trafficking routes and "
    "funding, each fact with its source, its date and how sure it is; and what follows from them for every pair of "
    "a member state and a third country on every day.",
    "fr": "Accords et ceux qui y sont parties, agences, officiers de liaison, partenariats, routes de trafic et "
    "financements, chaque fait avec sa source, sa date et son degré de certitude ; et ce qui en découle pour chaque "
    "paire d'un État membre et d'un pays tiers à chaque date.",
}
TERMS = {
    "en": "Our selection, arrangement and derived statements may be reused under CC BY 4.0. The sources keep their "
    "own terms: whoever takes text or figures from a source, by its address in the graph, looks at the terms of that source.",
    "fr": "Notre sélection, notre présentation et les énoncés dérivés peuvent être réutilisés sous CC BY 4.0. Les "
    "sources gardent leurs propres conditions : qui reprend le texte ou les chiffres d'une source, à son adresse dans le "
    "graphe, consulte les conditions de cette source.",
}
KEYWORDS = {
    "en": ("mutual legal assistance", "extradition", "organised crime", "Europol", "Eurojust", "trafficking routes"),
    "fr": ("entraide judiciaire", "extradition", "criminalité organisée", "Europol", "Eurojust", "routes de trafic"),
}


def dump_address(site: str, digest: str, form: str) -> str:
    """The address of a dump of a build."""
    return f"{site}dumps/{digest}/{file_name(form)}"


def catalogue(graph: Graph, kept: list[Kept], site: str, made: list[Dump]) -> Rdf:
    """The catalogue with its one dataset.

    Args:
        graph: the build published now.
        kept: the builds that are kept, the current one first.
        site: address of the site, with `/` at the end.
        made: its dumps, as far as they have been made.
    """
    found = rdf()
    for name, space in {"dcat": DCAT, "foaf": FOAF, "spdx": SPDX, "rdfs": RDFS}.items():
        found.bind(name, str(space))
    _catalogue(found, site)
    _dataset(found, graph, kept, site)
    sizes = {dump.form: dump for dump in made}
    for form, media_type in FORMS.items():
        _distribution(found, graph, site, form, media_type, sizes.get(form))
    _service(found, site)
    _others(found)
    _addresses(found, site)
    return found


def _texts(found: Rdf, about: URIRef, property_: URIRef, texts: dict[str, str]) -> None:
    for language, text in texts.items():
        found.add((about, property_, Literal(text, lang=language)))


def _catalogue(found: Rdf, site: str) -> None:
    found.add((CATALOGUE, RDF.type, DCAT.Catalog))
    _texts(found, CATALOGUE, DCTERMS.title, {"en": "Data of coopkg", "fr": "Données de coopkg"})
    _texts(found, CATALOGUE, DCTERMS.description, TITLES)
    found.add((CATALOGUE, DCTERMS.publisher, PROJECT))
    found.add((CATALOGUE, DCTERMS.license, LICENCE))
    found.add((CATALOGUE, FOAF.homepage, URIRef(site)))
    found.add((CATALOGUE, DCAT.dataset, DATASET))
    found.add((CATALOGUE, DCAT.service, URIRef(site + "sparql#service")))
    for language in ("ENG", "FRA"):
        found.add((CATALOGUE, DCTERMS.language, URIRef(f"{EU}language/{language}")))


def _dataset(found: Rdf, graph: Graph, kept: list[Kept], site: str) -> None:
    about = found.add
    about((DATASET, RDF.type, DCAT.Dataset))
    _texts(found, DATASET, DCTERMS.title, TITLES)
    _texts(found, DATASET, DCTERMS.description, WORDS)
    for language, words in KEYWORDS.items():
        for word in words:
            about((DATASET, DCAT.keyword, Literal(word, lang=language)))
    about((DATASET, DCTERMS.publisher, PROJECT))
    about((DATASET, DCTERMS.identifier, Literal(graph.digest)))
    about((DATASET, URIRef(f"{DCAT}version"), Literal(graph.digest[:12])))
    about((DATASET, DCTERMS.accessRights, URIRef(EU + "access-right/PUBLIC")))
    about((DATASET, DCTERMS.accrualPeriodicity, URIRef(EU + "frequency/IRREG")))
    about((DATASET, DCTERMS.conformsTo, URIRef(COOP[:-1])))
    about((DATASET, DCAT.theme, URIRef(EU + "data-theme/JUST")))
    about((DATASET, DCAT.landingPage, URIRef(site + "data")))
    for language in ("ENG", "FRA"):
        about((DATASET, DCTERMS.language, URIRef(f"{EU}language/{language}")))
    for kept_build in kept:
        if kept_build.digest == graph.digest:
            about((DATASET, DCTERMS.modified, Literal(kept_build.published.isoformat(), datatype=XSD.dateTime)))


def _distribution(found: Rdf, graph: Graph, site: str, form: str, media_type: str, dump: Dump | None) -> None:
    me, about = URIRef(f"{DATASET}#{form}"), found.add
    address = URIRef(dump_address(site, graph.digest, form))
    about((DATASET, DCAT.distribution, me))
    about((me, RDF.type, DCAT.Distribution))
    about((me, DCTERMS.title, Literal(f"The whole graph, {file_name(form)}", lang="en")))
    about((me, DCAT.accessURL, URIRef(site + "data")))
    about((me, DCAT.downloadURL, address))
    about((me, DCAT.mediaType, URIRef(MEDIA + media_type)))
    about((me, DCAT.compressFormat, URIRef(MEDIA + "application/gzip")))
    about((me, DCTERMS["format"], URIRef(f"{EU}file-type/{FILE_TYPES[form]}")))
    about((me, DCTERMS.license, LICENCE))
    about((me, DCTERMS.rights, RIGHTS))
    if dump:
        checksum = URIRef(f"{DATASET}#{form}-checksum")
        about((me, DCAT.byteSize, Literal(dump.size, datatype=XSD.nonNegativeInteger)))
        about((me, SPDX.checksum, checksum))
        about((checksum, RDF.type, SPDX.Checksum))
        about((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
        about((SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm))
        about((checksum, SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary)))
    for name in (media_type, "application/gzip"):
        about((URIRef(MEDIA + name), RDF.type, DCTERMS.MediaType))


def _service(found: Rdf, site: str) -> None:
    me, about = URIRef(site + "sparql#service"), found.add
    about((me, RDF.type, DCAT.DataService))
    _texts(found, me, DCTERMS.title, {"en": "SPARQL service of coopkg", "fr": "Service SPARQL de coopkg"})
    about((me, DCAT.endpointURL, URIRef(site + "sparql")))
    about((me, DCAT.endpointDescription, URIRef(site + "openapi.json")))
    about((me, DCAT.servesDataset, DATASET))
    about((me, DCTERMS.conformsTo, URIRef("https://www.w3.org/TR/sparql11-protocol/")))
    about((me, DCTERMS.license, LICENCE))
    about((me, DCTERMS.publisher, PROJECT))
    about((me, DCTERMS.accessRights, URIRef(EU + "access-right/PUBLIC")))


def _others(found: Rdf) -> None:
    """What the description points to, with the kind that DCAT-AP expects of it."""
    about = found.add
    about((PROJECT, RDF.type, FOAF.Agent))
    about((PROJECT, FOAF.name, Literal("the coopkg project", lang="en")))
    about((LICENCE, RDF.type, DCTERMS.LicenseDocument))
    about((RIGHTS, RDF.type, DCTERMS.RightsStatement))
    _texts(found, RIGHTS, RDFS.label, TERMS)
    about((URIRef(EU + "access-right/PUBLIC"), RDF.type, DCTERMS.RightsStatement))
    about((URIRef(EU + "frequency/IRREG"), RDF.type, DCTERMS.Frequency))
    theme = URIRef(EU + "data-theme/JUST")
    about((theme, RDF.type, SKOS.Concept))
    about((theme, SKOS.prefLabel, Literal("Justice, legal system and public safety", lang="en")))
    for language in ("ENG", "FRA"):
        about((URIRef(f"{EU}language/{language}"), RDF.type, DCTERMS.LinguisticSystem))
    for name in FILE_TYPES.values():
        about((URIRef(f"{EU}file-type/{name}"), RDF.type, DCTERMS.MediaTypeOrExtent))
    for standard in (COOP[:-1], "https://www.w3.org/TR/sparql11-protocol/"):
        about((URIRef(standard), RDF.type, DCTERMS.Standard))


def _addresses(found: Rdf, site: str) -> None:
    """Pages and addresses; DCAT-AP's shapes want each to say what it is."""
    for page in (site, site + "data"):
        found.add((URIRef(page), RDF.type, FOAF.Document))
    for property_ in (DCAT.accessURL, DCAT.downloadURL, DCAT.endpointURL, DCAT.endpointDescription):
        for address in set(found.objects(None, property_)):
            found.add((address, RDF.type, RDFS.Resource))
