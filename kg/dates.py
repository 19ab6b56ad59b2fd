"""Dates as printed: a year, a month or a day, with the earliest and latest day each can mean.

Partial dates are kept as printed for display; only `earliest` and `latest` are ever compared, because
comparing an xsd:gYear with an xsd:date gives no answer in SPARQL.
"""

import calendar
import datetime
import re
from dataclasses import dataclass

from kg.errors import UsageError

FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
OPEN_END = "9999-12-31"
"""Later than any day: what an end that is not known is compared as."""

DATATYPES = {4: "gYear", 7: "gYearMonth", 10: "date"}


@dataclass(frozen=True)
class PartialDate:
    """A date as printed.

    Attributes:
        printed: `2017`, `2017-07` or `2017-07-14`.
        earliest: the first day it can mean.
        latest: the last day it can mean.
    """

    printed: str
    earliest: datetime.date
    latest: datetime.date

    @property
    def datatype(self) -> str:
        """Local name of the XML Schema datatype: `gYear`, `gYearMonth` or `date`."""
        return DATATYPES[len(self.printed)]


def partial(text: str) -> PartialDate:
    """The date that `text` prints.

    Raises:
        ValueError: `text` has another form, or names a day that the calendar does not have; the
            message says what to write instead.
    """
    match = FORM.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is not a date; write 2017, 2017-07 or 2017-07-14")
    year, month, day = (int(part) if part else None for part in match.groups())
    if not year:
        raise ValueError(f"'{text}' is not a date: there is no year 0")
    if month is None:
        return PartialDate(text, datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    if not 1 <= month <= 12:
        raise ValueError(f"'{text}' is not a date: there is no month {month}; write {year} or {year}-01 to {year}-12")
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return PartialDate(text, datetime.date(year, month, 1), datetime.date(year, month, last))
    if not 1 <= day <= last:
        month_text = f"{year:04}-{month:02}"
        raise ValueError(
            f"'{text}' is not a date: that month has {last} days; write {month_text}-{last:02}, {month_text} or {year}"
        )
    return PartialDate(text, datetime.date(year, month, day), datetime.date(year, month, day))


def day(text: str) -> datetime.date:
    """The single day that `text` names, for options and addresses.

    Raises:
        UsageError: `text` is no full calendar date.
    """
    try:
        date = partial(text)
    except ValueError as problem:
        raise UsageError(str(problem).split(";")[0], "write a day, for example 2026-01-01") from None
    if date.earliest != date.latest:
        raise UsageError(f"'{text}' is not a single day", f"write a day, for example {date.earliest}")
    return date.earliest


def months_before(date: datetime.date, months: int) -> datetime.date:
    """The day `months` calendar months before `date`, the month's last day where it has no such day."""
    total = date.year * 12 + date.month - 1 - months
    year, month = divmod(total, 12)
    if year < 1:
        return datetime.date.min
    return datetime.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def first_day_past(date: datetime.date, months: int) -> datetime.date:
    """The first day on which `date` is more than `months` calendar months ago, as `months_before` reckons."""
    day = months_before(date, -months)
    while months_before(day, months) <= date:
        day += datetime.timedelta(days=1)
    return day
