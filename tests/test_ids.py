import pytest

from kg.errors import UsageError
from kg.ids import country_iri

AUTHORITY = "http://publications.europa.eu/resource/authority/country/"


@pytest.mark.parametrize("code", ["COL", "col", " Col\n"])
def test_a_country_code_is_read_in_any_case_and_with_blanks_around(code):
    assert country_iri(code) == AUTHORITY + "COL"


@pytest.mark.parametrize("code", ["XKX", "1A0", "1a0"])
def test_kosovo_has_one_iri_under_its_former_code_too(code):
    assert country_iri(code) == AUTHORITY + "XKX"


@pytest.mark.parametrize("code", ["", "CO", "COLO", "C0L", "1A1", "ÄÖÜ", "CO ", "A/B", "ＣＯＬ"])
def test_what_is_not_three_letters_is_no_country_code(code):
    with pytest.raises(UsageError) as refusal:
        country_iri(code)
    assert str(refusal.value) == (
        f"'{code}' is not a country code; write the ISO 3166-1 alpha-3 code, for example COL (Kosovo*: XKX)"
    )
    assert refusal.value.exit_code == 2
