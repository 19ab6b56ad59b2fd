import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from kg import dates
from kg.errors import UsageError

D = datetime.date


@pytest.mark.parametrize(
    ("printed", "earliest", "latest", "datatype"),
    [
        ("2017", D(2017, 1, 1), D(2017, 12, 31), "gYear"),
        ("2017-07", D(2017, 7, 1), D(2017, 7, 31), "gYearMonth"),
        ("2017-07-14", D(2017, 7, 14), D(2017, 7, 14), "date"),
        ("2016-02", D(2016, 2, 1), D(2016, 2, 29), "gYearMonth"),
        ("2017-02", D(2017, 2, 1), D(2017, 2, 28), "gYearMonth"),
        ("1900-02", D(1900, 2, 1), D(1900, 2, 28), "gYearMonth"),
        ("2017-12", D(2017, 12, 1), D(2017, 12, 31), "gYearMonth"),
        ("2016-02-29", D(2016, 2, 29), D(2016, 2, 29), "date"),
        ("0001", D(1, 1, 1), D(1, 12, 31), "gYear"),
        ("9999-12-31", D(9999, 12, 31), D(9999, 12, 31), "date"),
    ],
)
def test_a_partial_date_knows_the_first_and_the_last_day_it_can_mean(printed, earliest, latest, datatype):
    date = dates.partial(printed)
    assert (date.printed, date.earliest, date.latest, date.datatype) == (printed, earliest, latest, datatype)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2017-7", "'2017-7' is not a date; write 2017, 2017-07 or 2017-07-14"),
        ("17", "'17' is not a date; write 2017, 2017-07 or 2017-07-14"),
        ("2017-07-14 ", "'2017-07-14 ' is not a date; write 2017, 2017-07 or 2017-07-14"),
        ("2017-07-14T00:00:00", "'2017-07-14T00:00:00' is not a date; write 2017, 2017-07 or 2017-07-14"),
        ("2017-07-14\n", "'2017-07-14\n' is not a date; write 2017, 2017-07 or 2017-07-14"),
        ("", "'' is not a date; write 2017, 2017-07 or 2017-07-14"),
        ("0000", "'0000' is not a date: there is no year 0"),
        ("2017-00", "'2017-00' is not a date: there is no month 0; write 2017 or 2017-01 to 2017-12"),
        ("2017-13", "'2017-13' is not a date: there is no month 13; write 2017 or 2017-01 to 2017-12"),
        (
            "2017-02-29",
            "'2017-02-29' is not a date: that month has 28 days; write 2017-02-28, 2017-02 or 2017",
        ),
        ("2017-07-00", "'2017-07-00' is not a date: that month has 31 days; write 2017-07-31, 2017-07 or 2017"),
    ],
)
def test_a_text_that_is_no_date_is_refused_with_what_to_write_instead(text, message):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the message is compared whole
        dates.partial(text)
    assert str(refusal.value) == message


def test_digits_of_other_scripts_are_no_date():
    with pytest.raises(ValueError, match="is not a date"):
        dates.partial("２０１７")  # full-width digits, which int() would read


@given(any_.dates())
def test_a_day_lies_within_its_month_and_its_year(day):
    year, month = dates.partial(f"{day.year:04}"), dates.partial(f"{day.year:04}-{day.month:02}")
    assert year.earliest <= month.earliest <= day <= month.latest <= year.latest


@given(any_.text(alphabet="0123456789-", max_size=11))
def test_any_text_of_digits_and_hyphens_is_a_date_or_a_value_error(text):
    try:
        date = dates.partial(text)
    except ValueError:
        return
    assert date.earliest <= date.latest
    assert str(date.earliest).startswith(text)


def test_day_gives_the_single_day():
    assert dates.day("2026-01-01") == D(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-01", "'2026-01' is not a single day; write a day, for example 2026-01-01"),
        ("yesterday", "'yesterday' is not a date; write a day, for example 2026-01-01"),
        (
            "2026-02-30",
            "'2026-02-30' is not a date: that month has 28 days; write a day, for example 2026-01-01",
        ),
    ],
)
def test_day_refuses_what_is_no_single_day(text, message):
    with pytest.raises(UsageError) as refusal:
        dates.day(text)
    assert str(refusal.value) == message
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(
    ("date", "months", "before"),
    [
        (D(2026, 11, 23), 24, D(2024, 11, 23)),
        (D(2026, 3, 31), 1, D(2026, 2, 28)),
        (D(2024, 3, 31), 1, D(2024, 2, 29)),
        (D(2024, 2, 29), 12, D(2023, 2, 28)),
        (D(2026, 1, 15), 1, D(2025, 12, 15)),
        (D(2026, 12, 15), 12, D(2025, 12, 15)),
        (D(2026, 5, 5), 0, D(2026, 5, 5)),
        (D(1, 5, 5), 24, D.min),
    ],
)
def test_months_before_counts_calendar_months(date, months, before):
    assert dates.months_before(date, months) == before
