"""Saved queries: SPARQL files that explain themselves and take parameters.

A file begins with header lines, `#+ title:`, `#+ question:`, `#+ note:`, each also as `@fr`,
`#+ matter:` where all rows are about one matter, and one `#+ param NAME: TYPE = DEFAULT | help` per parameter.
A parameter stands in the query as a line `VALUES ?NAME { ... }` whose content is replaced before the query
runs; so the file runs as it is in any SPARQL client. Types: `date`, `country` (`country GROUP` where forms
offer the members of a country group only), `integer`, `code SCHEME`, `record TABLE`. Defaults: a value,
`today`, `stale` (the day asked about less the staleness setting) or `any` (no restriction).
"""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from kg import dates
from kg.errors import NotFound, QueryError, UsageError
from kg.ids import country_iri
from kg.tables import code_iri
from kg.vocab import ID, XSD

HEADER = re.compile(r"#\+ ([a-z]+)(?:@([a-z]{2}))?: (.+)")
PARAMETER = re.compile(
    r"#\+ param ([a-z_]+): (date|country(?: [a-z-]+)?|integer|code [a-z-]+|record [a-z_]+) = (\S+) \| (.+)"
)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Parameter:
    """One parameter: `kind` is `date`, `country`, `integer`, `code` or `record`, `of` its group, list or table."""

    name: str
    kind: str
    of: str
    default: str
    help: str

    def term(self, value: str) -> str:
        """The SPARQL term that `value` stands for, `UNDEF` for any country, code or record.

        Raises:
            UsageError: the value cannot be one of this kind.
        """
        if value == "any" and self.kind not in ("date", "integer"):
            return "UNDEF"
        if self.kind == "date":
            return f'"{dates.day(value)}"^^<{XSD}date>'
        if self.kind == "country":
            return f"<{country_iri(value)}>"
        if self.kind == "integer":
            if not re.fullmatch(r"[0-9]{1,9}", value):
                raise UsageError(f"{self.name} is '{value}'", "write a whole number")
            return value
        if not SLUG.fullmatch(value):
            raise UsageError(
                f"{self.name} is '{value}'", f"write a value of {self.of}: lower-case letters, digits and hyphens"
            )
        return f"<{code_iri(self.of, value)}>" if self.kind == "code" else f"<{ID}{self.of.replace('_', '-')}/{value}>"


@dataclass(frozen=True)
class Query:
    """A saved query.

    Attributes:
        name: file name without `.rq`.
        text: the SPARQL as it stands in the file.
        titles: title by language.
        questions: the question it answers, by language.
        notes: how to read the answer, by language.
        matter: notation of the matter that all rows are about, else empty.
        parameters: what can be set.
    """

    name: str
    text: str
    titles: dict[str, str]
    questions: dict[str, str]
    notes: dict[str, str]
    matter: str
    parameters: tuple[Parameter, ...]

    @property
    def title(self) -> str:
        """The title in English."""
        return self.titles["en"]

    def values(self, given: dict[str, str], today: datetime.date, stale_months: int) -> dict[str, str]:
        """The value of every parameter: those given, defaults for the rest.

        Raises:
            UsageError: a name that the query does not have, or a value of the wrong kind.
        """
        for name in given:
            if name not in {parameter.name for parameter in self.parameters}:
                known = ", ".join(parameter.name for parameter in self.parameters)
                raise UsageError(
                    f"{self.name} has no parameter '{name}'", f"it has {known}" if known else "it takes none"
                )
        chosen = {parameter.name: given.get(parameter.name) or parameter.default for parameter in self.parameters}
        if chosen.get("day") == "today":
            chosen["day"] = str(today)
        for name, value in chosen.items():
            if value == "today":
                chosen[name] = chosen.get("day", str(today))
            if value == "stale":
                chosen[name] = str(dates.months_before(dates.day(chosen["day"]), stale_months))
        return chosen

    def bind(self, values: dict[str, str]) -> str:
        """The text with the value of every parameter in its `VALUES` line."""
        text = self.text
        for parameter in self.parameters:
            term = parameter.term(values[parameter.name])
            line = re.compile(r"VALUES \?" + parameter.name + r" \{[^}]*\}")
            text = line.sub(lambda _, name=parameter.name, term=term: f"VALUES ?{name} {{ {term} }}", text)  # type: ignore[misc]
        return text


def load(path: Path) -> Query:
    """The query in a file.

    Raises:
        QueryError: a header line cannot be read, the English title or question is missing, or a
            parameter has no `VALUES` line.
    """
    text = path.read_text("utf-8")
    words: dict[str, dict[str, str]] = {"title": {}, "question": {}, "note": {}, "matter": {}}
    parameters = []
    for line in text.splitlines():
        if not line.startswith("#+"):
            break
        if match := PARAMETER.fullmatch(line):
            name, kind, default, help_text = match.groups()
            kind, _, of = kind.partition(" ")
            parameters.append(Parameter(name, kind, of, default, help_text))
            if f"VALUES ?{name} {{" not in text:
                raise QueryError(
                    f"{path.name} has no line for the parameter {name}",
                    f"write VALUES ?{name} {{ ... }} into its WHERE",
                )
        elif (match := HEADER.fullmatch(line)) and match[1] in words:
            words[match[1]][match[2] or "en"] = match[3]
        else:
            raise QueryError(f"{path.name} has a header line that cannot be read: {line}", "compare with kg/queries.py")
    if "en" not in words["title"] or "en" not in words["question"]:
        raise QueryError(f"{path.name} has no title or no question", "begin it with #+ title: and #+ question:")
    return Query(
        path.stem,
        text,
        words["title"],
        words["question"],
        words["note"],
        words["matter"].get("en", ""),
        tuple(parameters),
    )


def library(folder: Path) -> dict[str, Query]:
    """All queries in a folder by name, in alphabetical order."""
    return {path.stem: load(path) for path in sorted(folder.glob("*.rq"), key=lambda path: path.stem)}


def find(folder: Path, name: str) -> Query:
    """The query of that name.

    Raises:
        NotFound: there is none; the hint names those that there are.
    """
    if name not in (names := sorted(path.stem for path in folder.glob("*.rq"))):
        raise NotFound(f"there is no query '{name}'", f"there are {', '.join(names)}")
    return load(folder / f"{name}.rq")
