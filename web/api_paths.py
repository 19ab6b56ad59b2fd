"""Profile, gaps, positions and the state of the service as path items of OpenAPI."""

from typing import Any

from kg.languages import EU_LANGUAGES, INTERFACE
from web.openapi import parameter, responses
from web.profile.sidebyside import SECTIONS
from web.reading import reader

CODE = {"type": "string", "pattern": "^[A-Z]{3}$"}
FILES = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXPLAINED = {"json": "application/json", "jsonld": "application/ld+json"}
ERRORS = (400, 404, 503)


def paths() -> dict[str, Any]:
    """The path items; codes of matters and kinds are those of the graph."""
    reading = reader().current()
    day = parameter(
        "day", "query", {"type": "string", "format": "date"}, "The day asked about; today where it is missing."
    )
    language = parameter("lang", "query", {"enum": list(INTERFACE)}, "Language of names and words.")
    names = parameter(
        "lang",
        "query",
        {"enum": list(EU_LANGUAGES)},
        "Language of names; words are English where the site has none in it.",
    )
    country = parameter("code", "path", CODE, "The country's ISO 3166-1 alpha-3 code (Kosovo: XKX).")
    pair = [
        parameter("member_state", "path", CODE, "The member state's alpha-3 code."),
        country,
        parameter("matter", "path", {"enum": sorted(reading.matters)}, "The matter."),
    ]
    kind = {"enum": sorted(reading.kinds)}
    found = {
        "/health": _get("health", "Whether the graph answers.", [], "application/json", 503),
        "/countries.json": _get(
            "findCountries",
            "Codes of the countries that a search finds, best first.",
            [parameter("q", "query", {"type": "string", "maxLength": 100}, "A name in any EU language, or a code.")],
            "application/json",
            *ERRORS,
        ),
        "/country/{code}.json": _get(
            "profile", "A country's profile on a day.", [country, day, names], "application/json", *ERRORS
        ),
    }
    compared = parameter(
        "c",
        "query",
        {"type": "array", "items": CODE, "minItems": 2, "maxItems": 5},
        "Two to five countries.",
        required=True,
    )
    section = parameter("section", "query", {"enum": list(SECTIONS)}, "One section; all where it is missing.")
    differences = parameter("only", "query", {"enum": ["differences"]}, "Leaves out rows in which all are alike.")
    found["/country/{code}.pdf"] = _get(
        "brief", "A country's brief of two pages.", [country, day, language], "application/pdf", *ERRORS
    )
    for form, media_type in FILES.items():
        found[f"/compare.{form}"] = _get(
            f"compare_{form}",
            "Countries side by side.",
            [compared, section, differences, day, language],
            media_type,
            *ERRORS,
        )
        filters = [
            parameter("kind", "query", kind, "Kind of gap."),
            parameter("country", "query", CODE, "The country."),
        ]
        found[f"/gaps.{form}"] = _get(
            f"gaps_{form}", "All gaps that the filters let through.", [*filters, day, language], media_type, *ERRORS
        )
    for form, media_type in EXPLAINED.items():
        found[f"/position/{{member_state}}/{{code}}/{{matter}}.{form}"] = _get(
            f"position_{form}", "What a member state can ask of a country, and why.", [*pair, day], media_type, *ERRORS
        )
        named = [
            parameter("kind", "path", kind, "Kind of gap."),
            parameter("country", "query", CODE, "The country.", required=True),
            parameter("member_state", "query", CODE, "The member state, where the gap is one's own."),
        ]
        found[f"/why/{{kind}}.{form}"] = _get(f"why_{form}", "Why a gap is listed.", [*named, day], media_type, *ERRORS)
    return found


def _get(name: str, summary: str, parameters: list[Any], media_type: str, *statuses: int) -> dict[str, Any]:
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": parameters,
            "responses": responses({media_type: {}}, *statuses),
        }
    }
