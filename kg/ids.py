"""Country codes: ISO 3166-1 alpha-3, which is also the code in the EU's own country authority table."""

from kg.errors import UsageError
from kg.vocab import COUNTRY

FORMER = {"1A0": "XKX"}
"""Codes that the authority table of the Publications Office used before: Kosovo's until its edition of 15 September 2023."""


def country_iri(code: str) -> str:
    """The IRI of a country in the EU's country authority table.

    Raises:
        UsageError: the code is not three letters; whether such a country exists is the graph's to say.
    """
    alpha3 = FORMER.get(code.strip().upper(), code.strip().upper())
    if len(alpha3) != 3 or not alpha3.isascii() or not alpha3.isalpha():
        raise UsageError(
            f"'{code}' is not a country code", "write the ISO 3166-1 alpha-3 code, for example COL (Kosovo*: XKX)"
        )
    return COUNTRY + alpha3
