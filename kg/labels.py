"""Names of things in a reader's language, with English to fall back on."""

from kg.store import Store
from kg.vocab import COUNTRY, local

KOSOVO_FOOTNOTE = {
    "en": "This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the ICJ Opinion on the Kosovo declaration of independence.",
    "fr": "Cette désignation est sans préjudice des positions sur le statut et est conforme à la résolution 1244 (1999) du Conseil de sécurité des Nations unies ainsi qu'à l'avis de la CIJ sur la déclaration d'indépendance du Kosovo.",
}
"""The European Union's own wording, shown wherever the name stands."""


class Labels:
    """All names in one graph, read once.

    Args:
        store: the graph.
        language: the language wanted, such as `fr`.
    """

    def __init__(self, store: Store, language: str = "en") -> None:
        self._names: dict[str, str] = {}
        rank = {language: 3, "en": 2, "": 1}
        best: dict[str, int] = {}
        for row in store.select(f"""
            PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
            SELECT ?thing ?name (LANG(?name) AS ?language) WHERE {{
              ?thing skos:prefLabel ?name FILTER (LANG(?name) IN ("{language}", "en", ""))
            }}"""):
            order = rank[row["language"]]
            if order > best.get(row["thing"], 0):
                best[row["thing"]] = order
                self._names[row["thing"]] = row["name"]

    def has(self, iri: str) -> bool:
        """Whether the graph has a name for a thing."""
        return iri in self._names

    def of(self, iri: str) -> str:
        """The name of a thing; Kosovo's carries the asterisk of its footnote; an IRI without a name gives its last part."""
        name = self._names.get(iri, local(iri))
        return name + "*" if iri == COUNTRY + "XKX" else name
