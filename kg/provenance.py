"""An explanation as data: JSON, and JSON-LD in the terms of PROV-O.

In JSON-LD the conclusion and every fact are a `prov:Entity`. What was computed has a `prov:wasGeneratedBy` to
the `prov:Activity` that made it, whose qualified association names the rule as its `prov:hadPlan`; the activity
`prov:used` every fact that was looked at, while the entity has `prov:wasDerivedFrom` only to those that it rests
on. Of several days from which a rule took one, a `prov:qualifiedUsage` with the property of the computed day as
its `prov:hadRole` names the fact that decided.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from kg.derivation import Fact, Reading, Rule
from kg.explain import Explanation
from kg.records import Field, Term
from kg.vocab import BASE, PREFIXES, RDF_TYPE, XSD, local

Node = dict[str, Any]

TERMS = ("adms", "bibo", "coop", "dc", "dcterms", "gn", "org", "prov", "schema", "skos", "wgs84", "xsd")
FIGURES = ("sdmx-attribute", "sdmx-dimension", "sdmx-measure")
CONTEXT = {prefix: PREFIXES[prefix] for prefix in (*TERMS, *FIGURES)}
AGENT = BASE
"""The program, as the agent that carried out the rules."""


def data(explanation: Explanation) -> dict[str, Any]:
    """An explanation as plain data for JSON: dates are text, IRIs stay whole, the parts of a score are thousandths."""
    plain = asdict(replace(explanation, parts=()))
    parts = [{"name": part.name, "least": part.least, "most": part.most} for part in explanation.parts if part.known]
    return {
        **plain,
        "day": str(explanation.day),
        "known_since": str(explanation.known_since),
        "score": explanation.score.value,
        "parts": parts,
    }


def as_json(explanation: Explanation) -> str:
    """An explanation as a JSON text."""
    return json.dumps(data(explanation), ensure_ascii=False, indent=1) + "\n"


def as_jsonld(explanation: Explanation) -> str:
    """An explanation as a JSON-LD text with its own context; the same explanation gives the same bytes."""
    nodes: dict[str, Node] = {}
    _conclude(nodes, explanation)
    graph = [nodes.pop(explanation.iri), *(nodes[iri] for iri in sorted(nodes))]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


def _conclude(nodes: dict[str, Node], explanation: Explanation) -> None:
    """The conclusion, with everything that it rests on."""
    own = explanation.iri
    nodes[own] = {"@id": own, "@type": ["prov:Entity"], **_statements(explanation.values)}
    nodes[own]["prov:wasGeneratedBy"] = _link(_derivation(own))
    parameters = []
    for given in explanation.given:
        iri = f"{own}#{given.name}"
        parameters.append(iri)
        help_text = {"@language": "en", "@value": given.help}
        nodes[iri] = {"@id": iri, "@type": ["prov:Entity"], "dcterms:description": help_text}
        nodes[iri]["prov:value"] = _value(given.value)
    looked_at = [one.fact for one in explanation.evidence]
    _activity(nodes, own, [explanation.rule], [*(fact.iri for fact in looked_at), *parameters])
    roles = [(one.fact, day.property) for day in explanation.days for one in day.inputs if one.decides]
    _usages(nodes[_derivation(own)], roles)
    if explanation.deciding:
        nodes[own]["prov:wasDerivedFrom"] = _links(one.fact.iri for one in explanation.deciding)
    _word(nodes, explanation.status_word)
    for fact in looked_at:
        _fact(nodes, fact)
    if explanation.need:
        nodes[own]["dcterms:relation"] = _link(explanation.need.iri)
        _fact(nodes, explanation.need)


def _fact(nodes: dict[str, Node], fact: Fact) -> None:
    """A fact, and all that it follows from."""
    if fact.iri in nodes:
        return
    nodes[fact.iri] = node = {
        "@id": fact.iri,
        "@type": ["prov:Entity", *(_short(one) for one in fact.types)],
        **_statements(fact.fields),
    }
    if fact.source:
        node["prov:hadPrimarySource"] = _link(fact.source.iri)
        _source(nodes, fact.source)
    if fact.rules:
        node["prov:wasGeneratedBy"] = _link(_derivation(fact.iri))
        if fact.uses:
            node["prov:wasDerivedFrom"] = _links(used.iri for used in fact.uses)
        if fact.table == "intervals":
            node["prov:specializationOf"] = _link(fact.iri.removesuffix("#interval"))
        _activity(nodes, fact.iri, fact.rules, [used.iri for used in fact.uses])
        roles = [(one.fact, day.property) for day in fact.days for one in day.inputs if one.decides]
        _usages(nodes[_derivation(fact.iri)], roles)
    for used in fact.uses:
        _fact(nodes, used)


def _activity(nodes: dict[str, Node], iri: str, rules: Iterable[Rule], used: Iterable[str]) -> None:
    """The carrying out of rules that made a thing."""
    own = _derivation(iri)
    nodes[own] = {"@id": own, "@type": ["prov:Activity"]}
    nodes[own]["prov:qualifiedAssociation"] = [
        {"@type": "prov:Association", "prov:agent": _link(AGENT), "prov:hadPlan": _link(rule.iri)} for rule in rules
    ]
    if links := _links(used):
        nodes[own]["prov:used"] = links
    nodes[AGENT] = {"@id": AGENT, "@type": ["prov:SoftwareAgent"]}
    for rule in rules:
        nodes[rule.iri] = _plan(rule)


def _usages(activity: Node, roles: list[tuple[str, str]]) -> None:
    """Which facts decided which computed day."""
    if roles:
        activity["prov:qualifiedUsage"] = [
            {"@type": "prov:Usage", "prov:entity": _link(fact), "prov:hadRole": _link(_short(property_))}
            for fact, property_ in sorted(set(roles))
        ]


def _plan(rule: Rule) -> Node:
    node: Node = {"@id": rule.iri, "@type": ["prov:Entity", "prov:Plan"]}
    words = {"dcterms:title": rule.titles, "dcterms:description": rule.questions, "skos:note": rule.notes}
    for name, texts in words.items():
        if texts:
            node[name] = [{"@language": language, "@value": text} for language, text in sorted(texts.items())]
    if rule.sha256:
        node["schema:sha256"] = rule.sha256
    return node


def _source(nodes: dict[str, Node], source: Reading) -> None:
    nodes[source.iri] = {
        "@id": source.iri,
        "@type": ["prov:Entity", "dcterms:BibliographicResource"],
        **_statements(source.fields),
    }


def _word(nodes: dict[str, Node], word: Fact) -> None:
    """A value of a code list."""
    nodes[word.iri] = {"@id": word.iri, "@type": [_short(one) for one in word.types], **_statements(word.fields)}


def _statements(fields: Iterable[Field]) -> Node:
    """Statements by property; one value alone, several as a list."""
    found: dict[str, list[Any]] = {}
    for field in fields:
        found.setdefault(_short(field.property), []).append(_value(field.value))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items() if name != RDF_TYPE}


def _value(term: Term) -> Any:
    if term.is_iri:
        return _link(term.text)
    if term.language:
        return {"@language": term.language, "@value": term.text}
    if term.datatype == XSD + "string":
        return term.text
    return {"@type": _short(term.datatype), "@value": term.text}


def _derivation(iri: str) -> str:
    """The IRI of the activity that made a thing."""
    return f"{iri}-derivation" if "#" in iri else f"{iri}#derivation"


def _link(iri: str) -> Node:
    return {"@id": iri}


def _links(iris: Iterable[str]) -> list[Node]:
    return [_link(iri) for iri in sorted(set(iris))]


def _short(iri: str) -> str:
    """The prefixed name of a term where the context has its namespace."""
    name = local(iri)
    prefix = next((prefix for prefix, space in CONTEXT.items() if iri == space + name), "")
    return f"{prefix}:{name}" if prefix else iri
