"""The shapes of a build as RDF: all of them, or what they say about one shape."""

import functools
from pathlib import Path

from rdflib import SH, Literal, URIRef
from rdflib import Graph as Rdf

from kg import shacl
from kg.store import Row, converted


@functools.lru_cache(4)
def _shapes(folder: Path) -> Rdf:
    """The files of a folder; a build's folder never changes."""
    found = Rdf()
    for file in sorted(folder.glob("*.ttl")):
        found.parse(file)
    return found


def names(folder: Path) -> set[str]:
    """The IRIs of the shapes."""
    return {str(subject) for subject in _shapes(folder).subjects() if isinstance(subject, URIRef)}


def messages(folder: Path, kind: str, property_: str, language: str) -> list[str]:
    """What the shapes of a class ask of one of its properties, in the words of their messages, sorted.

    Args:
        folder: the folder of shapes of a build.
        kind: IRI of the class.
        property_: IRI of the property.
        language: of the messages.
    """
    shapes = _shapes(folder)
    asking = [shape for shape in shapes.subjects(SH.path, URIRef(property_)) if kind in shacl.kinds(shapes, shape)]
    said = {message for shape in asking for message in shapes.objects(shape, SH.message)}
    return sorted(str(one) for one in said if isinstance(one, Literal) and one.language == language and "{" not in one)


def about(folder: Path, iri: str, form: str) -> bytes:
    """The statements about one shape with all that hangs on it without a name, or about all (empty IRI).

    Args:
        folder: the folder of shapes of a build.
        iri: the shape.
        form: a media type of `kg.store.FORMS`.
    """
    shapes = _shapes(folder)
    found = shapes.cbd(URIRef(iri)) if iri else shapes
    return converted(found.serialize(format="nt", encoding="utf-8"), form)


def rows(folder: Path, iri: str) -> list[Row]:
    """The statements about a shape as rows `p`, `o`, `language` and `iri`; of all shapes (empty IRI), that they are there."""
    shapes = _shapes(folder)
    if not iri:
        types = {str(subject) for subject in shapes.subjects() if isinstance(subject, URIRef)}
        return [{"p": "http://www.w3.org/ns/shacl#shapesGraph", "o": name, "iri": "true"} for name in sorted(types)]
    return [
        {"p": str(property_), "o": str(value), "iri": str(isinstance(value, URIRef)).lower()}
        | ({"language": value.language} if isinstance(value, Literal) and value.language else {})
        for property_, value in shapes.predicate_objects(URIRef(iri))
        if isinstance(value, (URIRef, Literal))
    ]
