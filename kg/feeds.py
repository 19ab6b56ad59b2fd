"""Changes between kept builds for programs that follow them: an Atom feed, and a Linked Data Event Stream (LDES).

The stream follows SEMIC's LDES 1.0 (https://w3id.org/ldes/specification): its members are versions of
records, in pages by build; a record that went has a last version of type `as:Delete`. It reaches back as
far as builds are kept; whoever begins later takes a dump first.
"""

import datetime
from collections import Counter
from xml.etree import ElementTree as Xml

from rdflib import RDF, BNode, Literal, Namespace, URIRef
from rdflib import Graph as Rdf
from rdflib.namespace import DCTERMS, PROV, XSD

from kg.describe import DATASET, LICENCE, rdf
from kg.published import Graph
from kg.revisions import Revision
from kg.vocab import BASE, seeds_graph

ATOM = "http://www.w3.org/2005/Atom"
LDES, TREE, AS = (
    Namespace("https://w3id.org/ldes#"),
    Namespace("https://w3id.org/tree#"),
    Namespace("https://www.w3.org/ns/activitystreams#"),
)
PAGE = 250
"""Members of a page of the stream."""

SHOWN = 50
"""Records that an entry of the feed names."""


def atom(found: list[Revision], site: str, published: datetime.datetime, records: int = SHOWN) -> bytes:
    """The feed, one entry a build.

    Args:
        found: what the kept builds changed, newest first.
        site: address of the site, with `/` at the end.
        published: the moment at which the build of today was published.
        records: how many records an entry names.
    """
    Xml.register_namespace("", ATOM)
    feed = Xml.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    _add(feed, "id", site + "changes.atom")
    _add(feed, "title", "coopkg: changes of the facts between builds")
    _add(feed, "updated", published.isoformat())
    _add(_add(feed, "author"), "name", "the coopkg project")
    _add(feed, "rights", f"CC BY 4.0 ({LICENCE}); the sources keep their own terms")
    _add(feed, "link", rel="self", href=site + "changes.atom", type="application/atom+xml")
    _add(feed, "link", rel="alternate", href=site + "data", type="text/html")
    for one in found:
        counts = one.counts()
        entry = _add(feed, "entry")
        _add(entry, "id", f"{BASE}build/{one.digest}#since-{one.before[:12]}")
        _add(entry, "title", f"Build {one.digest[:12]}: " + ", ".join(f"{n} {kind}" for kind, n in counts.items()))
        _add(entry, "updated", one.published.isoformat())
        _add(
            entry,
            "link",
            rel="alternate",
            href=site + (f"ldes/{one.digest}/1" if one.changes else "ldes"),
            type="text/turtle",
        )
        _add(entry, "summary", _summary(one, records))
    text: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def _add(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> Xml.Element:
    child = Xml.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = text or None
    return child


def _summary(one: Revision, records: int) -> str:
    tables = Counter((table, kind) for kind, table, _ in one.changes)
    lines = [f"{table}: {number} {kind}" for (table, kind), number in sorted(tables.items())]
    lines += [f"{kind} {iri}" for kind, _, iri in one.changes[:records]]
    if len(one.changes) > records:
        lines.append(f"and {len(one.changes) - records} more records")
    return "\n".join(lines) or "No record changed; rules, ontology or what follows from them did."


def pages(one: Revision) -> int:
    """Number of pages of the stream that a build fills."""
    return -(-len(one.changes) // PAGE)


def stream(found: list[Revision], site: str) -> Rdf:
    """The stream with its root node and the way to every page.

    Args:
        found: what the kept builds changed, newest first.
        site: address of the site, with `/` at the end.
    """
    rdf_ = _about(site)
    root = URIRef(site + "ldes")
    for one in reversed(found):
        for number in range(1, pages(one) + 1):
            relation = BNode(f"r{one.digest[:12]}p{number}")
            rdf_.add((root, TREE.relation, relation))
            rdf_.add((relation, RDF.type, TREE.GreaterThanOrEqualToRelation))
            rdf_.add((relation, TREE.path, PROV.generatedAtTime))
            rdf_.add((relation, TREE.value, _moment(one)))
            rdf_.add((relation, TREE.node, URIRef(f"{site}ldes/{one.digest}/{number}")))
    return rdf_


def page(one: Revision, number: int, newer: Graph, site: str) -> Rdf:
    """One page of the stream.

    Args:
        one: what a build changed.
        number: the page, from 1.
        newer: that build.
        site: address of the site, with `/` at the end.
    """
    rdf_, stream_ = _about(site), URIRef(site + "ldes#stream")
    me = URIRef(f"{site}ldes/{one.digest}/{number}")
    rdf_.add((me, RDF.type, TREE.Node))
    rdf_.add((stream_, TREE.view, me))
    for kind, table, iri in one.changes[(number - 1) * PAGE : number * PAGE]:
        # one record can change in two tables: the code list says of a country group what the table of groups does not
        member = URIRef(f"{me}#{table}/{iri.removeprefix(BASE).rsplit('authority/', 1)[-1]}")
        rdf_.add((stream_, TREE.member, member))
        rdf_.add((member, DCTERMS.isVersionOf, URIRef(iri)))
        rdf_.add((member, PROV.generatedAtTime, _moment(one)))
        if kind == "removed":
            rdf_.add((member, RDF.type, AS.Delete))
            continue
        text = newer.store.statements("application/n-triples", [iri], seeds_graph(table))
        for _, property_, value in Rdf().parse(data=text, format="nt"):
            rdf_.add((member, property_, value))
    return rdf_


def _about(site: str) -> Rdf:
    """What every page says of the stream."""
    found, me = rdf(), URIRef(site + "ldes#stream")
    for name, space in {"ldes": LDES, "tree": TREE, "as": AS}.items():
        found.bind(name, str(space))
    found.add((me, RDF.type, LDES.EventStream))
    found.add((me, DCTERMS.title, Literal("Changes of the facts between builds that are kept", lang="en")))
    found.add((me, DCTERMS.license, LICENCE))
    found.add((me, DCTERMS.isPartOf, DATASET))
    found.add((me, LDES.timestampPath, PROV.generatedAtTime))
    found.add((me, LDES.versionOfPath, DCTERMS.isVersionOf))
    found.add((me, LDES.versionDeletePath, RDF.type))
    found.add((me, LDES.versionDeleteObject, AS.Delete))
    found.add((me, TREE.view, URIRef(site + "ldes")))
    found.add((URIRef(site + "ldes"), RDF.type, TREE.Node))
    return found


def _moment(one: Revision) -> Literal:
    return Literal(one.published.isoformat(), datatype=XSD.dateTime)
