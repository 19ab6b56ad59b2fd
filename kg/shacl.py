"""pySHACL over the embedded store, as the W3C's SHACL says, but quick and in two languages.

Two things are done otherwise than pySHACL does them by itself. A query of a shape (`sh:sparql`) is asked
once for all its focus nodes where that gives the same answer as once for each, since a table of 3,000
rows would otherwise mean 3,000 queries. And the messages of such a shape keep their language and take
the names of what the query found in the place of `{?name}`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pyshacl
from pyshacl import graph_abstraction
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.sparql.sparql_based_constraints import SH_sparql, SPARQLBasedConstraint
from pyshacl.errors import ValidationFailure
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef, Variable
from rdflib.term import Node

from kg.store import Store
from kg.vocab import local

FEW = 20
"""Up to so many focus nodes a query is asked for each: one entry is judged without reading whole tables."""

SEPARABLE = re.compile(r"(\s*PREFIX [^\n]*\n)*\s*SELECT (DISTINCT )?[$?\w ]+\sWHERE\s*{\s*\$this\s+(a|[\w:-]+)\s", re.I)
MISSING = re.compile(r"FILTER\s*\(!BOUND\(\?\w+\)\)|\bNOT EXISTS\b")
CLOSED_OFF = re.compile(r"\b(SELECT|GROUP|HAVING|LIMIT|OFFSET|UNION)\b|\$(PATH|value|currentShape|shapesGraph)\b")


TOKENS = re.compile(
    r'''"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|<(?!\?)[^<>\s]*>|\#[^\n]*|\bSELECT\b[^{]*'''
    r"""|\bBOUND\s*\(\s*[?$](?P<asked>\w+)\s*\)|[?$](?P<variable>\w+)""",
    re.IGNORECASE,
)
"""Texts, names, remarks and lists of columns, in which no variable is looked for, and the variables."""

KIND_CHOSEN = re.compile(r"\?this\s+a\s+<([^>]+)>")
"""The class that the query of a target chooses from."""


class Data(graph_abstraction.OxigraphDataGraph):  # type: ignore[misc]
    """The graph as pySHACL sees it while it judges, and as long as nothing in it changes."""

    def __init__(self, store: Any) -> None:
        super().__init__(store)
        self.default_union = True
        self._instances: dict[Node, list[Node]] = {}
        self._inner: dict[URIRef, Any] = {}
        self._outer: dict[Any, Node] = {}

    def __bool__(self) -> bool:
        """pySHACL asks `datagraph or shapes` for every result; without this, all statements are counted each time."""
        return True

    def subjects(self, predicate: Node, object_: Any, unique: bool = False) -> Iterator[Node]:
        """As pySHACL's, but the things of a class, which every shape about it asks for anew, are looked up once."""
        if predicate != RDF.type or not isinstance(object_, URIRef):
            yield from super().subjects(predicate, object_, unique)
            return
        if object_ not in self._instances:
            self._instances[object_] = list(super().subjects(predicate, object_))
        yield from self._instances[object_]

    def objects(self, subject: Any, predicate: Any, unique: bool = False) -> Iterator[Node]:
        """As pySHACL's, which takes the same names apart anew at each of some 200,000 questions of a build."""
        if type(subject) is not URIRef or type(predicate) is not URIRef:
            return iter(super().objects(subject, predicate, unique))
        quads = self.impl.quads_for_pattern(self._to_inner(subject), self._to_inner(predicate), None, None)
        return iter([self._to_outer(quad.object) for quad in quads])

    def query(self, query_object: Any, *arguments: Any, initBindings: Any = None, **named: Any) -> Any:  # noqa: N803
        """As pySHACL's, but with values bound beforehand as SHACL wants it, in inner groups and functions too."""
        bound = {name: value for name, value in (initBindings or {}).items() if not isinstance(value, BNode)}
        if not bound or len(bound) < len(initBindings):
            return super().query(query_object, *arguments, initBindings=initBindings, **named)
        answer = super().query(_prebound(query_object, bound), *arguments, **named)
        if answer.type == "SELECT":
            known = {Variable(name): value for name, value in bound.items() if Variable(name) in answer.vars}
            answer.bindings = [{**row, **known} for row in answer.bindings]
        return answer

    def _to_inner(self, name: URIRef) -> Any:
        if name not in self._inner:
            self._inner[name] = graph_abstraction.to_ox(name)
        return self._inner[name]

    def _to_outer(self, term: Any) -> Node:
        if term not in self._outer:
            value = graph_abstraction.to_rdf(term)
            plain = isinstance(value, Literal) and value.datatype == XSD.string
            self._outer[term] = Literal(str(value)) if plain else value  # one term in RDF, but two for rdflib
        return self._outer[term]


def _prebound(query: str, values: dict[str, Any]) -> str:
    """A query with values in the place of variables (SHACL 5.3.1), except where a SELECT names its columns."""

    def value(match: re.Match[str]) -> str:
        text = match[0]
        name = match["variable"] or match["asked"]
        if not name or name not in values:
            return text
        return "(true)" if match["asked"] else values[name].n3()

    return TOKENS.sub(value, query)


def report(store: Store, shapes: Graph, focus: Iterable[str] = (), chosen: Iterable[str] = ()) -> Graph:
    """The W3C's validation report about a graph.

    Args:
        store: the graph (embedded); shapes see the union of its named graphs.
        shapes: the shapes.
        focus: IRIs of the only nodes to judge; all that the shapes target by default.
        chosen: IRIs of the shapes that judge them, so that no target has to be looked for.

    Raises:
        pyshacl.errors.ShapeLoadError, ConstraintLoadError, ValidationFailure: the shapes are not sound.
    """
    _, found, _ = pyshacl.validate(
        Data(store.embedded),
        shacl_graph=shapes,
        inference="none",
        advanced=True,
        inplace=True,  # no shape of ours changes the graph, and a copy of it takes seconds
        focus_nodes=list(focus) or None,
        use_shapes=list(chosen) or None,
    )
    if isinstance(found, ValidationFailure):
        raise found  # pySHACL returns it in the place of a report
    assert isinstance(found, Graph)
    return found


def choices(shapes: Graph, shape: Node) -> dict[str, str]:
    """The queries by which a shape chooses some things of a class (`sh:target`), each with the IRI of the class."""
    texts = [str(text) for target in shapes.objects(shape, SH.target) for text in shapes.objects(target, SH.select)]
    return {text: kind[1] for text in texts if (kind := KIND_CHOSEN.search(text))}


def kinds(shapes: Graph, shape: Node) -> set[str]:
    """The IRIs of the classes of which a shape targets all things, or those that a query chooses."""
    return {str(kind) for kind in shapes.objects(shape, SH.targetClass)} | set(choices(shapes, shape).values())


def chooses(store: Store, query: str, node: str) -> bool:
    """Whether the query of a target chooses a node, asked without looking for all that it chooses."""
    return bool(store.select(_prebound(query, {"this": URIRef(node)})))


def separable(query: str) -> bool:
    """Whether a query can be asked once, its rows then sorted out by `$this`, instead of once for each `$this`.

    So it is where the first triple pattern binds `$this` and nothing that stands in a scope of its own (a
    subquery, a branch of a union) could need it bound already.
    """
    begin = SEPARABLE.match(query)
    return bool(begin) and not CLOSED_OFF.search(query, begin.end() if begin else 0)


def looks_for_missing(query: str) -> bool:
    """Whether a row may be in the answer because another record is missing: `FILTER (!BOUND(?x))` or `NOT EXISTS`."""
    return bool(MISSING.search(query))


class Query(SPARQLBasedConstraint):  # type: ignore[misc]
    """The constraint `sh:sparql`, asked as seldom as can be, with messages in all their languages."""

    def _evaluate_sparql_constraint(
        self, constraint: Any, target_graph: Any, focus_value_nodes: dict[Node, Any]
    ) -> tuple[bool, list[Any]]:
        rows = (
            self._of_all(constraint, target_graph, focus_value_nodes)
            if len(focus_value_nodes) > FEW and separable(constraint.select_text)
            else self._of_each(constraint, target_graph, focus_value_nodes)
        )
        results, told = [], set()
        for focus, row in rows:
            key = (focus, row.get("path"), row.get("value"), *row.items())
            if key in told:
                continue
            told.add(key)
            value = row.get("value") or (None if self.shape.is_property_shape else focus)
            results.append(
                self.make_v_result(
                    target_graph,
                    row.get("this", focus),
                    value_node=value,
                    result_path=row.get("path"),
                    source_constraint=constraint.node,
                    extra_messages=[_filled(message, {"this": focus, **row}) for message in constraint.messages],
                )
            )
        return bool(results), results

    def _of_all(
        self, constraint: Any, target_graph: Any, focus_nodes: dict[Node, Any]
    ) -> Iterator[tuple[Node, dict[str, Node]]]:
        for row in target_graph.query(constraint.apply_prefixes(constraint.select_text)):
            found = row.asdict()
            if found.get("this") in focus_nodes:
                yield found["this"], found

    def _of_each(
        self, constraint: Any, target_graph: Any, focus_nodes: dict[Node, Any]
    ) -> Iterator[tuple[Node, dict[str, Node]]]:
        for focus in focus_nodes:
            bound, text = constraint.pre_bind_variables(focus)
            for row in target_graph.query(constraint.apply_prefixes(text), initBindings=bound):
                yield focus, row.asdict()


def _filled(message: Literal, row: dict[str, Node]) -> Literal:
    """A message with the names of what a query found in the place of `{?name}` or `{$name}`."""
    text = str(message)
    for name, value in row.items():
        words = local(str(value)) if isinstance(value, URIRef) else str(value)
        text = text.replace(f"{{?{name}}}", words).replace(f"{{${name}}}", words)
    return Literal(text, lang=message.language, datatype=message.datatype)


CONSTRAINT_PARAMETERS_MAP[SH_sparql] = Query
