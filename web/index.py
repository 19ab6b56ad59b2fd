"""Everything that has a name, found by what a reader types: accents, case and spelling are forgiven.

Built once for a graph. A name is kept as its words; what is typed is compared with all words there are (some
thousands), not with all names, so an answer takes a few thousandths of a second.
"""

import bisect
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from kg.errors import UsageError
from kg.store import Store
from kg.vocab import BASE, COUNTRY, expand, local

KINDS = ("country", "agreement", "partnership", "hub", "route", "funding_line", "organisation")
"""What can be found, by the table it is from, in the order in which kinds are shown."""

NAMES = {
    "skos:prefLabel": "name",
    "skos:altLabel": "name",
    "skos:hiddenLabel": "code",
    "dcterms:identifier": "code",
    "gn:countryCode": "code",
    "dcterms:bibliographicCitation": "code",
    "schema:category": "more",
    "dc:subject": "more",
}
"""What a record is found by: its names, its codes (CELEX, UN/LOCODE, ISO 3166), and words that only add to its names."""

LONGEST = 100
SHORT = 4
"""Letters below which a word is not forgiven: too many others differ from it by one."""
FORGIVEN = 72
"""The least likeness, of 100, at which a word is taken for another."""
BEGUN = 85
"""The same for a word that is not typed to its end, held against the beginnings of words."""
BEHIND = 38
"""What fits so much worse than the best is left out."""
COUNTRY_FIRST = 40
"""How far a country comes before other things that fit as well or better: most readers look for one."""
PARTIES = 5
"""Up to so many parties, a treaty is also found by their names."""
WHOLE = 40
"""Letters up to which a name is also found without its spaces."""
ENOUGH = 0.5
"""The share of the words typed that a name must have."""


@dataclass(frozen=True)
class Found:
    """One thing found: its kind (one of `KINDS`), its IRI, and how well it fits, at most 100."""

    kind: str
    iri: str
    score: float


@dataclass(frozen=True)
class _Name:
    """One name of a thing: the place of the thing, the words, how many letters they have, whether it is a code."""

    thing: int
    words: frozenset[str]
    text: str
    code: bool


class Index:
    """The names in one graph.

    Args:
        things: kind and IRI of everything that can be found.
        names: by IRI the names and codes, as pairs of what they are (`name`, `code`, `more`) and text.
    """

    def __init__(self, things: Sequence[tuple[str, str]], names: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        self._things = list(things)
        self._names: list[_Name] = []
        postings: dict[str, list[int]] = {}
        for place, (_, iri) in enumerate(self._things):
            known = {(what, fold(text)) for what, text in names.get(iri, ())} | {("code", fold(local(iri)))}
            more = frozenset(word for what, text in known if what == "more" for word in text.split())
            for what, text in sorted(known):
                if what == "more" or not text:
                    continue
                words = frozenset(text.split())
                whole = text.replace(" ", "")
                keys = words | more | ({whole} if len(whole) <= WHOLE else frozenset())
                for key in keys:
                    postings.setdefault(key, []).append(len(self._names))
                self._names.append(_Name(place, words, text, what == "code"))
        self._postings = postings
        self._words = sorted(postings)

    def find(self, text: str, kinds: Iterable[str] = KINDS) -> list[Found]:
        """What a text may mean, best first.

        Args:
            text: what a reader typed; nothing is found by an empty text.
            kinds: the kinds that count.

        Raises:
            UsageError: the text is longer than any name.
        """
        if len(text) > LONGEST:
            raise UsageError(
                f"the text to search for is longer than {LONGEST} characters",
                "write a name, some words of it, or a code",
            )
        wanted = fold(text)
        if not wanted:
            return []
        scores = dict[int, float]()
        # one letter begins a thousand names: only countries are worth that
        for place, score in self._scores(
            wanted, set(kinds) & ({"country"} if len(wanted) == 1 else set(KINDS))
        ).items():
            thing = self._names[place].thing
            if score > scores.get(thing, 0):
                scores[thing] = score
        least = max(scores.values(), default=0) - BEHIND
        found = [Found(*self._things[thing], score) for thing, score in scores.items() if score >= least]
        return sorted(found, key=lambda one: (-_place(one), KINDS.index(one.kind), one.iri))

    def names(self, kind: str) -> dict[str, tuple[str, ...]]:
        """By IRI: the names and codes of the things of a kind, folded."""
        found: dict[str, set[str]] = {iri: set() for one, iri in self._things if one == kind}
        for name in self._names:
            if self._things[name.thing][0] == kind:
                found[self._things[name.thing][1]].add(name.text)
        return {iri: tuple(sorted(known)) for iri, known in found.items()}

    def _scores(self, wanted: str, kinds: set[str]) -> dict[int, float]:
        """How well each name of a thing of some kinds fits, by its place; those that do not are left out or have 0."""
        typed, joined = wanted.split(), wanted.replace(" ", "")
        quality: dict[int, dict[str, float]] = {}
        for word in [*typed, *([joined] if len(typed) > 1 else [])]:
            for like, value in self._like(word):
                for place in self._postings[like]:
                    if self._things[self._names[place].thing][0] not in kinds:
                        continue
                    if value > quality.setdefault(place, {}).get(word, 0):
                        quality[place][word] = value
        whole = {place: found.pop(joined) for place, found in quality.items() if len(typed) > 1 and joined in found}
        least = len(set(typed)) * ENOUGH
        scores = dict(whole)
        for place, found in quality.items():
            if len(found) >= least:
                scores[place] = max(scores.get(place, 0), self._score(self._names[place], wanted, found, typed))
        return scores

    @staticmethod
    def _score(name: _Name, wanted: str, found: Mapping[str, float], typed: Sequence[str]) -> float:
        if name.text == wanted:
            return 100
        if name.code:  # a code is typed as it is, or not at all
            return 97 * min(found.values()) / 100 if len(found) == len(set(typed)) and wanted in name.text else 0
        share = min(1.0, len(wanted) / len(name.text))
        begins = 4 if name.text.startswith(wanted) else 0
        return (sum(found.values()) / len(set(typed))) * 0.85 + 8 * share + begins

    def _like(self, word: str) -> list[tuple[str, float]]:
        """The words that a word may stand for, each with its likeness: the same 100, one that begins so 90, else by spelling."""
        found = dict[str, float]()
        if len(word) >= SHORT:
            begun = [one[: len(word)] for one in self._words]
            for whole, known, least in ((0, begun, BEGUN), (1, self._words, FORGIVEN)):
                for like, score, place in process.extract(word, known, scorer=fuzz.ratio, score_cutoff=least, limit=60):
                    if like[0] == word[0] or score >= 80:
                        found[self._words[place]] = 40 + 10 * whole + 40 * (score - FORGIVEN) / (100 - FORGIVEN)
        first = bisect.bisect_left(self._words, word)
        for like in self._words[first : bisect.bisect_right(self._words, word + "\uffff")]:
            found[like] = 100 if like == word else 90
        return list(found.items())


def read(store: Store) -> Index:
    """The index of a graph."""
    names: dict[str, list[tuple[str, str]]] = {}
    things: list[tuple[str, str]] = []
    what = {expand(name): kind for name, kind in NAMES.items()}
    listed = " ".join(f"<{iri}>" for iri in what)
    for kind in KINDS:
        start = COUNTRY if kind == "country" else f"{BASE}id/{kind.replace('_', '-')}/"
        rows = store.select(
            f"SELECT ?thing ?p ?text {{ VALUES ?p {{ {listed} }}"
            f" GRAPH <{BASE}graph/seeds/{kind}> {{ ?thing ?p ?text }} FILTER(isLiteral(?text)) }}"
        )
        for row in rows:
            if row["thing"].startswith(start):
                if row["thing"] not in names:
                    things.append((kind, row["thing"]))
                names.setdefault(row["thing"], []).append((what[row["p"]], row["text"]))
    of_country: dict[str, list[str]] = {}
    for row in store.select(
        f"SELECT ?thing ?text {{ GRAPH <{BASE}graph/names> {{ ?thing <{expand('skos:prefLabel')}> ?text }} }}"
    ):
        if row["thing"] in names:
            names[row["thing"]].append(("name", row["text"]))
            of_country.setdefault(row["thing"], []).append(row["text"])
    for thing, countries in _countries(store).items():
        if thing in names and len(countries) <= PARTIES:
            names[thing] += [("more", text) for country in countries for text in of_country.get(country, ())]
    return Index(sorted(things), names)


ABOUT = {
    "country": ["dcterms:type"],
    "agreement": ["skos:altLabel", "dcterms:type", "dcterms:created"],
    "partnership": ["skos:altLabel", "dcterms:type"],
    "hub": ["dcterms:identifier", "coop:hasCountry", "dcterms:type"],
    "route": ["coop:hasCommodity"],
    "funding_line": ["schema:category", "dcterms:isPartOf"],
    "organisation": ["skos:altLabel", "dcterms:type"],
}
"""What is said beside the name of a thing, by kind."""


def about(store: Store) -> dict[str, tuple[str, ...]]:
    """What tells a thing from others of like name, by its IRI: IRIs of things with names of their own, and texts."""
    found: dict[str, dict[str, str]] = {}
    for kind, properties in ABOUT.items():
        listed = " ".join(f"<{expand(name)}>" for name in properties)
        rows = store.select(
            f"SELECT ?thing ?p ?value {{ VALUES ?p {{ {listed} }} GRAPH <{BASE}graph/seeds/{kind}> {{ ?thing ?p ?value }} }}"
        )
        for row in rows:
            found.setdefault(row["thing"], {})[row["p"]] = row["value"]
        order = [expand(name) for name in properties]
        for thing in {row["thing"] for row in rows}:
            found[thing] = dict(sorted(found[thing].items(), key=lambda pair: order.index(pair[0])))
    return {thing: tuple(said.values()) for thing, said in found.items()}


def _countries(store: Store) -> dict[str, set[str]]:
    """The countries of a hub, and the parties to an agreement."""
    found: dict[str, set[str]] = {}
    for row in store.select(f"""
        PREFIX coop: <{expand("coop:")}>
        SELECT DISTINCT ?thing ?country {{
          {{ GRAPH <{BASE}graph/seeds/hub> {{ ?thing coop:hasCountry ?country }} }}
          UNION {{ GRAPH <{BASE}graph/seeds/participation> {{ ?one coop:hasAgreement ?thing ; coop:hasParticipant ?country }} }}
        }}"""):
        found.setdefault(row["thing"], set()).add(row["country"])
    return found


def _place(found: Found) -> float:
    """What is sorted by: a name that is the very one comes first of all."""
    return min(found.score + COUNTRY_FIRST, 99.5) if found.kind == "country" and found.score < 100 else found.score


def fold(text: str) -> str:
    """A text without accents, case and punctuation, for comparing names."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())
