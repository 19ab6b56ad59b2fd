"""The groups of countries that lists are arranged and narrowed by."""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.errors import UsageError
from kg.store import Store
from kg.vocab import local

REGIONS = [
    "latin-america",
    "caribbean",
    "western-balkans",
    "eastern-neighbourhood",
    "southern-neighbourhood",
    "north-africa",
    "west-africa",
    "central-africa",
    "east-africa",
    "southern-africa",
    "west-asia",
    "central-asia",
    "south-asia",
    "south-east-asia",
    "east-asia",
    "north-america",
    "oceania",
    "other-europe",
    "other",
]
"""Regions in the order of lists of countries; the ones covered first come first. Each country stands in the first that names it."""

TERRITORIES = "territories"
"""Where lists show what is no state, whatever its region: behind the states of all regions."""

HEADINGS = (*REGIONS, TERRITORIES)
"""The headings of lists of countries, in their order."""


def groups(store: Store) -> dict[str, frozenset[str]]:
    """The alpha-3 codes of the countries that are or were in each group of countries, by notation of `country-group`."""
    found: dict[str, set[str]] = {}
    for row in store.select("""
        PREFIX coop: <https://w3id.org/coopkg/def#>
        SELECT ?group ?country WHERE {
          GRAPH <https://w3id.org/coopkg/graph/seeds/group_membership> { ?membership coop:hasGroup ?group ; coop:hasParticipant ?country }
        }"""):
        found.setdefault(local(row["group"]), set()).add(local(row["country"]))
    return {group: frozenset(codes) for group, codes in sorted(found.items())}


def of_region(known: Mapping[str, frozenset[str]], region: str) -> frozenset[str]:
    """The alpha-3 codes of a group.

    Args:
        known: every group, as `groups` gives them.
        region: notation of the group.

    Raises:
        UsageError: there is no such group.
    """
    if region not in known:
        raise UsageError(f"there is no region '{region[:60]}'", f"write one of {', '.join(known)}")
    return known[region]


def region_of(known: Mapping[str, frozenset[str]], country: str) -> str:
    """The notation of the first region that names a country; empty where none does, as with most member states."""
    return next((region for region in REGIONS if country in known.get(region, ())), "")


@dataclass(frozen=True)
class Arrangement:
    """How lists of countries are arranged: states by region, then the territories of all regions.

    Attributes:
        groups: the groups of countries, as `groups` gives them.
        states: the alpha-3 codes of the countries that are states.
    """

    groups: Mapping[str, frozenset[str]]
    states: frozenset[str]

    def heading(self, country: str) -> str:
        """The one of `HEADINGS` under which a country stands."""
        return (region_of(self.groups, country) or "other") if country in self.states else TERRITORIES


def arrangement(store: Store) -> Arrangement:
    """How the lists of countries of a graph are arranged."""
    rows = store.select("""
        PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT ?country WHERE {
          GRAPH <https://w3id.org/coopkg/graph/seeds/country> { ?country dcterms:type <https://w3id.org/coopkg/code/country-kind/state> }
        }""")
    return Arrangement(groups(store), frozenset(local(row["country"]) for row in rows))
