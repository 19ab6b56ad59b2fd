"""What the pages read more than once, kept in memory for as long as one graph is published."""

import datetime
import functools
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from flask import current_app, g, has_request_context

from kg import dates
from kg.dates import OPEN_END
from kg.endpoint import Endpoint
from kg.errors import NotFound, UsageError
from kg.freshness import Freshness, freshness
from kg.gaps import Filter, Finder, Gap
from kg.ids import country_iri
from kg.knowledge import Knowledge, knowledge
from kg.labels import Labels
from kg.languages import INTERFACE
from kg.ledger import Change, Wanted, changes
from kg.matrix import Matrix
from kg.matrix import matrix as matrix_of
from kg.positions import Source
from kg.published import Graph, Kept, Published
from kg.queries import Query, library
from kg.regions import REGIONS, Arrangement, arrangement, region_of
from kg.routes import Atlas
from kg.score import Weights
from kg.settings import DATA, Settings
from kg.store import Row
from kg.vocab import CODE, local
from web.index import Index, about
from web.index import read as read_index
from web.memory import Memory

FIRST_DAY = datetime.date(1950, 1, 1)
LAST_DAY = datetime.date(2100, 12, 31)
PROFILES = 600
"""How many profiles are kept: every country in two languages, and some of other days or languages."""

PAGES = 2000
"""How many pages are kept, compressed: profiles, and what was asked for last."""
CELLS = 2000
"""How many scores of gaps are kept as they are shown."""


@dataclass(frozen=True)
class Country:
    """One country: alpha-3 and alpha-2 codes, the notation of its kind, the alpha-3 code of the state that a territory belongs to (empty: none), its region (empty: none), and the heading under which lists show it."""

    iri: str
    code: str
    alpha2: str
    kind: str
    sovereign: str
    region: str
    heading: str

    @property
    def state(self) -> bool:
        """Whether it is a state and no territory."""
        return self.kind == "state"


class Reading:
    """One published graph, with what was read from it.

    Args:
        graph: the graph.
        settings: the settings in force.
    """

    def __init__(self, graph: Graph, settings: Settings) -> None:
        self.graph = graph
        self.settings = settings
        self.finder = Finder(graph.store, DATA / "queries", settings.stale_months)
        self.questions = library(DATA / "queries" / "ask")
        self._lock = threading.Lock()
        self._gaps: dict[datetime.date, list[Gap]] = {}
        self._counting = threading.Lock()
        self.memory = Memory(PROFILES)
        self.pages = Memory(PAGES)
        self.cells = Memory(CELLS)
        self._matrices: dict[tuple[str, datetime.date], Matrix] = {}
        self._knowledge: dict[datetime.date, Knowledge] = {}
        self._freshness: dict[datetime.date, Freshness] = {}
        self._atlases: dict[tuple[str, datetime.date], Atlas] = {}
        self._ledgers: dict[tuple[Wanted, datetime.date, datetime.date], list[Change]] = {}

    def ask(self, name: str, day: datetime.date, **given: str) -> list[Row]:
        """The answer to a saved question; `day` is passed on where the question has it."""
        question = self.questions[name]
        if any(parameter.name == "day" for parameter in question.parameters):
            given["day"] = str(day)
        return self.graph.store.select(question.bind(question.values(given, day, self.settings.stale_months)))

    def labels(self, language: str) -> Labels:
        """Names in a language."""
        return self.graph.labels(language)

    def known_since(self, day: datetime.date) -> datetime.date:
        """The oldest day for which the knowledge of an absence still counts on `day`."""
        return dates.months_before(day, self.settings.stale_months)

    @functools.cached_property
    def sources(self) -> dict[str, Source]:
        """Every source by its IRI, without a confidence: that is said by what cites it."""
        rows = self.graph.store.select("""
            PREFIX dcterms: <http://purl.org/dc/terms/>
            PREFIX schema: <https://schema.org/>
            PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
            SELECT ?source ?title ?url ?as_of WHERE {
              GRAPH <https://w3id.org/coopkg/graph/seeds/source> { ?source skos:prefLabel ?title ; schema:url ?url . OPTIONAL { ?source dcterms:valid ?as_of } }
            }""")
        return {row["source"]: Source(row["title"], row["url"], row.get("as_of", ""), "") for row in rows}

    @functools.cached_property
    def contradictions(self) -> dict[str, list[Row]]:
        """What other sources say against a record, by its IRI: the rows of the saved question."""
        found: dict[str, list[Row]] = {}
        for row in self.ask("contradictions", datetime.date.today()):
            found.setdefault(row["record"], []).append(row)
        return found

    @functools.cached_property
    def countries(self) -> dict[str, Country]:
        """Every country by its alpha-3 code."""
        rows = self.graph.store.select("""
            PREFIX coop: <https://w3id.org/coopkg/def#>
            PREFIX dcterms: <http://purl.org/dc/terms/>
            PREFIX gn: <http://www.geonames.org/ontology#>
            PREFIX schema: <https://schema.org/>
            SELECT ?country ?alpha2 ?kind ?sovereign WHERE {
              GRAPH <https://w3id.org/coopkg/graph/seeds/country> { ?country a schema:Country ; dcterms:type ?kind . OPTIONAL { ?country gn:countryCode ?alpha2 } OPTIONAL { ?country coop:hasSovereign ?sovereign } }
            }""")
        return {
            local(row["country"]): Country(
                row["country"],
                local(row["country"]),
                row.get("alpha2", ""),
                local(row["kind"]),
                local(row.get("sovereign", "")),
                region_of(self._arranged.groups, local(row["country"])),
                self._arranged.heading(local(row["country"])),
            )
            for row in sorted(rows, key=lambda row: row["country"])
        }

    def country(self, code: str) -> Country:
        """The country with this alpha-3 code (Kosovo: XKX), in any case of letters.

        Raises:
            NotFound: there is none.
        """
        try:
            return self.countries[local(country_iri(code))]
        except (UsageError, KeyError):
            raise NotFound(
                f"there is no country with the code '{code[:20]}'",
                "write the ISO 3166-1 alpha-3 code, for example COL (Kosovo: XKX)",
            ) from None

    def members(self, group: str, day: datetime.date) -> set[str]:
        """The alpha-3 codes of the members of a country group on a day."""
        return {
            local(row["country"])
            for row in self._memberships
            if row["group"] == f"{CODE}country-group/{group}"
            and row.get("since", "") <= str(day) <= row.get("until", OPEN_END)
        }

    def first_of(self, group: str) -> datetime.date:
        """The first day on which a country group is known to have a member."""
        return min(
            datetime.date.fromisoformat(row["since"])
            for row in self._memberships
            if row["group"] == f"{CODE}country-group/{group}" and "since" in row
        )

    def ever(self, group: str) -> set[str]:
        """The alpha-3 codes of the countries that are or were in a country group."""
        return set(self._arranged.groups.get(group, ()))

    @functools.cached_property
    def _arranged(self) -> Arrangement:
        return arrangement(self.graph.store)

    @functools.cached_property
    def _memberships(self) -> list[Row]:
        return self.graph.store.select("""
            PREFIX coop: <https://w3id.org/coopkg/def#>
            SELECT ?country ?group ?since ?until WHERE {
              GRAPH <https://w3id.org/coopkg/graph/seeds/group_membership> {
                ?membership coop:hasParticipant ?country ; coop:hasGroup ?group .
                OPTIONAL { ?membership coop:sinceLatest ?since }
                OPTIONAL { ?membership coop:untilEarliest ?until }
              }
            }""")

    @functools.cached_property
    def matters(self) -> list[str]:
        """The notations of the matters, in alphabetical order."""
        return sorted(
            local(row["matter"])
            for row in self.graph.store.select(
                f"SELECT ?matter WHERE {{ ?matter <http://www.w3.org/2004/02/skos/core#inScheme> <{CODE}matter> }}"
            )
        )

    def gaps(self, day: datetime.date) -> list[Gap]:
        """All gaps of a day, in the order of `Finder.find`; those of the last few days asked about are kept."""
        found = self._gaps.get(day)
        if found is None:
            found = self.finder.find(Filter(), day)
            with self._lock:
                if len(self._gaps) >= 4:
                    del self._gaps[next(iter(self._gaps))]
                self._gaps[day] = found
        return found

    @functools.cached_property
    def weights(self) -> Weights:
        """The standard numbers of the score."""
        return self.finder.weights()

    def knowledge(self, day: datetime.date) -> Knowledge:
        """What is known on a day; that of the last few days asked about is kept."""
        with self._counting:
            if day not in self._knowledge:
                found = knowledge(self.graph.store, DATA / "queries", day, self.settings.stale_months)
                if len(self._knowledge) >= 4:
                    del self._knowledge[next(iter(self._knowledge))]
                self._knowledge[day] = found
            return self._knowledge[day]

    def freshness(self, day: datetime.date) -> Freshness:
        """What was last checked long ago on a day; that of the last few days asked about is kept."""
        with self._counting:
            if day not in self._freshness:
                found = freshness(self.graph.store, DATA / "queries" / "ask", day, self.settings.stale_months)
                if len(self._freshness) >= 4:
                    del self._freshness[next(iter(self._freshness))]
                self._freshness[day] = found
            return self._freshness[day]

    def atlas(self, matter: str, day: datetime.date) -> Atlas:
        """The routes and hubs in one matter on a day; the last few asked for are kept.

        Raises:
            UsageError: there is no such matter.
        """
        with self._lock:
            if (matter, day) not in self._atlases:
                folder, months = DATA / "queries" / "ask", self.settings.stale_months
                found = Atlas(self.graph.store, folder, matter, day, months)
                if len(self._atlases) >= 8:
                    del self._atlases[next(iter(self._atlases))]
                self._atlases[matter, day] = found
            return self._atlases[matter, day]

    def ledger(self, wanted: Wanted, first: datetime.date, last: datetime.date) -> list[Change]:
        """What changed between two days, as `kg.ledger.changes`; the last few ledgers asked for are kept.

        A ledger of everything takes seconds, so one is made at a time: others go on answering beside it.

        Raises:
            UsageError: as `kg.ledger.check`.
        """
        asked = wanted, first, last
        with self._counting:
            if asked not in self._ledgers:
                found = changes(self.finder, wanted, first, last)
                if len(self._ledgers) >= 4:
                    del self._ledgers[next(iter(self._ledgers))]
                self._ledgers[asked] = found
            return self._ledgers[asked]

    @functools.cached_property
    def kinds(self) -> dict[str, Query]:
        """The kinds of gap by name."""
        return self.finder.kinds()

    def wanted(self, day: datetime.date, wanted: Filter) -> list[Gap]:
        """The gaps of a day that a filter lets through; those of one country are found without all others.

        Raises:
            UsageError: an unknown kind, status or region.
            NotFound: an unknown country.
        """
        for code in (wanted.country, wanted.member_state):
            if code:
                self.country(code)
        if wanted.country and day not in self._gaps:
            return self.finder.find(wanted, day)
        return self.finder.keep(self.gaps(day), wanted)

    def gap_statuses(self, day: datetime.date, country: str) -> list[tuple[str, str]]:
        """Kind and status of every gap of one country on a day; of a day whose gaps are not kept, without need and score."""
        wanted = Filter(country=country)
        if day in self._gaps:
            return [(gap.kind, gap.status) for gap in self.finder.keep(self.gaps(day), wanted)]
        return [(identity[0], status) for identity, status in self.finder.statuses(wanted, day).items()]

    def matrix(self, matter: str, day: datetime.date) -> Matrix:
        """The matrix of a matter on a day; the last few asked for are kept.

        Raises:
            UsageError: there is no such matter.
        """
        found = self._matrices.get((matter, day))
        if found is None:
            found = matrix_of(self.graph.store, DATA / "queries" / "ask", matter, day, self.settings.stale_months)
            with self._lock:
                if len(self._matrices) >= 18:
                    del self._matrices[next(iter(self._matrices))]
                self._matrices[matter, day] = found
        return found

    @functools.cached_property
    def regions(self) -> list[str]:
        """The notations of the country groups that lists can be narrowed to."""
        groups = self._arranged.groups.keys() - {"eu", "coalition-soc"}
        return sorted(groups, key=lambda group: [*REGIONS, "africa", group].index(group))

    @functools.cached_property
    def called(self) -> dict[str, dict[str, str]]:
        """By alpha-3 code: the names of a country by language, in the 24 languages of the Union."""
        names: dict[str, dict[str, str]] = {code: {} for code in self.countries}
        for row in self.graph.store.select("""
                PREFIX schema: <https://schema.org/>
                PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
                SELECT ?country ?name (LANG(?name) AS ?language) WHERE {
                  GRAPH <https://w3id.org/coopkg/graph/seeds/country> { ?country a schema:Country }
                  GRAPH <https://w3id.org/coopkg/graph/names> { ?country skos:prefLabel ?name }
                }"""):
            names[local(row["country"])][row["language"]] = row["name"]
        return {code: dict(sorted(known.items())) for code, known in names.items()}

    @functools.cached_property
    def index(self) -> Index:
        """Everything that has a name, for the search."""
        return read_index(self.graph.store)

    @functools.cached_property
    def about(self) -> dict[str, tuple[str, ...]]:
        """By IRI: what tells a thing from others of like name, as IRIs of things with a name of their own, and texts."""
        return about(self.graph.store)

    def names(self) -> dict[str, tuple[str, ...]]:
        """By alpha-3 code: the names of a country in 24 languages and its codes, folded as `web.index.fold` does."""
        return {local(iri): names for iri, names in self.index.names("country").items()}

    def search(self, text: str) -> list[str]:
        """The alpha-3 codes of the countries that a text may mean, best first, as `Index.find`; all for an empty text.

        Raises:
            UsageError: the text is longer than any name.
        """
        return [local(one.iri) for one in self.index.find(text, ("country",))] if text.strip() else list(self.countries)

    def warm(self, day: datetime.date) -> None:
        """Reads everything that is kept, so that the first visitor does not wait."""
        for language in INTERFACE:
            self.labels(language)
        len(self.index.find("a"))
        len(self.about)
        self.gaps(day)
        self.knowledge(day)
        len(self.sources)
        for matter in self.matters:
            self.matrix(matter, day)
        len(self.atlas("mla", day).routes)


class Reader:
    """Gives the reading of the graph that is published now, and the public endpoint's workers.

    Args:
        settings: the settings in force.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._published = Published(settings.home)
        self._lock = threading.Lock()
        self._reading: Reading | None = None

    def current(self) -> Reading:
        """The reading of the graph that is published now; within a request, always the same one.

        Raises:
            StoreError: nothing is built.
        """
        if not has_request_context():
            return self._now()
        if "reading" not in g:
            g.reading = self._now()
        return cast(Reading, g.reading)

    def _now(self) -> Reading:
        graph = self._published.current()
        with self._lock:
            if self._reading is None or self._reading.graph.digest != graph.digest:
                self._reading = Reading(graph, self.settings)
            return self._reading

    def kept(self) -> dict[str, Kept]:
        """The builds that are kept by their digest, the current one first."""
        return {kept.digest: kept for kept in self._published.kept()}

    def build(self, digest: str) -> Graph:
        """A build that is kept, as `Published.build`."""
        return self._published.build(digest)

    @functools.cached_property
    def endpoint(self) -> Endpoint:
        """The workers that answer public queries, started with the first of them."""
        return Endpoint(self.settings)


def reader() -> Reader:
    """The reader of the application that answers."""
    return cast(Reader, current_app.extensions["reader"])


def day_of(text: str) -> datetime.date:
    """The day that an address asks about; today where it names none.

    Raises:
        UsageError: the text is no day, or one that the graph cannot say anything about.
    """
    if not text:
        return datetime.date.today()
    day = dates.day(text[:40])
    if not FIRST_DAY <= day <= LAST_DAY:
        raise UsageError(f"the day {day} is out of reach", f"write a day from {FIRST_DAY} to {LAST_DAY}")
    return day


def pick(codes: Iterable[str], first: Iterable[str]) -> list[str]:
    """The codes, those in `first` at the front and in its order."""
    known = list(codes)
    order = [code for code in first if code in known]
    return order + [code for code in known if code not in order]
