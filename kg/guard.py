"""What a stranger's query may not do: change the graph, or make this machine call another one.

The decision is taken on the parsed query, never on a pattern in its text: a string or a comment that
holds the word SERVICE is harmless, and SERVICE cannot be hidden by escapes or by odd spacing. A query
that rdflib cannot parse does not run. As a second wall the worker that runs it may open no socket.
"""

import re
from typing import Any

from pyparsing import ParseException
from rdflib.plugins.sparql.parser import parseQuery, parseUpdate
from rdflib.plugins.sparql.parserutils import CompValue

from kg.errors import QueryError, Refused

LONGEST = 100_000
"""Characters of a query; a longer one is no question of a person."""

ESCAPE = re.compile(r"\\(?:\\|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})")
"""Escapes that Oxigraph reads as a character within its token, but rdflib as if the character stood there."""


def check(text: str) -> bool:
    """Makes sure that a query only reads this graph.

    Returns:
        Whether the query names the graphs that it reads, by FROM or FROM NAMED.

    Raises:
        Refused: it is an update, or calls another endpoint by SERVICE.
        QueryError: it cannot be read, with the line and column of the fault.
    """
    if len(text) > LONGEST:
        raise QueryError(f"the query has {len(text)} characters", f"write at most {LONGEST}")
    # For Oxigraph a carriage return ends a comment, for rdflib it does not.
    text = ESCAPE.sub(lambda match: "x" * len(match[0]), text.replace("\r", "\n"))
    try:
        query = parseQuery(text)
    except (ParseException, RecursionError) as fault:
        if _is_update(text):
            raise Refused(
                "this endpoint answers questions; it takes no updates and loads nothing",
                "send SELECT, ASK, CONSTRUCT or DESCRIBE",
            ) from None
        where = f" at line {fault.lineno}, column {fault.col}" if isinstance(fault, ParseException) else ""
        raise QueryError(f"the query cannot be read{where}", "check its syntax against SPARQL 1.1") from None
    except Exception as fault:  # rdflib raises bare exceptions for undeclared prefixes and similar
        raise QueryError(
            f"the query cannot be read: {str(fault)[:200]}", "check its syntax against SPARQL 1.1"
        ) from None
    if _calls_elsewhere(query):
        raise Refused(
            "this endpoint calls no other: SERVICE is not allowed",
            "ask the other endpoint yourself and join the answers",
        )
    return "datasetClause" in query[1]


def _is_update(text: str) -> bool:
    try:
        return "request" in parseUpdate(text)  # an empty text parses, as an update that does nothing
    except Exception:  # whatever the parser dislikes, it is not an update that could run
        return False


def _calls_elsewhere(node: Any) -> bool:
    """Whether a SERVICE pattern stands anywhere in the parsed query."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, CompValue):
            if item.name == "ServiceGraphPattern":
                return True
            stack.extend(item.values())
        elif isinstance(item, (list, tuple)) or hasattr(item, "asList"):
            stack.extend(item)
    return False
