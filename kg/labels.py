"""Names of things in a reader's language, with English to fall back on."""

from kg.store import Store
from kg.vocab import COUNTRY, local

KOSOVO_FOOTNOTE = {
    "en": "This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the ICJ Opinion on the Kosovo declaration of independence.",
    "fr": "Cette désignation est sans préjudice des positions sur le statut et est conforme à la résolution 1244 (1999) du Conseil de sécurité des Nations unies ainsi qu'à l'avis de la CIJ sur la déclaration d'indépendance du Kosovo.",
    "de": "Diese Bezeichnung berührt nicht die Standpunkte zum Status und steht im Einklang mit der Resolution 1244/1999 des VN-Sicherheitsrates und dem Gutachten des Internationalen Gerichtshofs zur Unabhängigkeitserklärung des Kosovos.",
    "es": "Esta denominación se entiende sin perjuicio de las posiciones sobre su estatuto y está en consonancia con la Resolución 1244 (1999) del Consejo de Seguridad de las Naciones Unidas y con la opinión de la CIJ sobre la declaración de independencia de Kosovo.",
    "it": "Tale designazione non pregiudica le posizioni riguardo allo status ed è in linea con la risoluzione 1244 (1999) dell'UNSC e con il parere della CIG sulla dichiarazione di indipendenza del Kosovo.",
    "nl": "Deze benaming laat de standpunten over de status van Kosovo onverlet, en is in overeenstemming met Resolutie 1244/1999 van de VN-Veiligheidsraad en het advies van het Internationaal Gerechtshof over de onafhankelijkheidsverklaring van Kosovo.",
    "sv": "Denna beteckning påverkar inte ståndpunkter om Kosovos status och är i överensstämmelse med FN:s säkerhetsråds resolution 1244/1999 och med Internationella domstolens utlåtande om Kosovos självständighetsförklaring.",
}
"""The European Union's own wording, shown wherever the name stands.

The English is that of the Council's register of travel documents (PRADO, page of XKX, reviewed on 25 June 2026). The
wordings in other languages have not been held against a page of the Union letter by letter.
"""


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
