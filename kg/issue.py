"""One finding about the data: where it is, what is wrong, what to write instead."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Issue:
    """A finding of the table checks, the shapes, the hygiene queries or the reasoner.

    Attributes:
        file: table file (`agreement.csv`) or the part of the build that found it (`shapes`).
        row: line of the file, the header being line 1; 0 where the finding has no line.
        column: name of the column or property; empty where the whole row or file is meant.
        rule: short name of the rule that is broken.
        message: what is wrong.
        hint: what to write instead.
        severity: an `error` stops the build, a `warning` does not.
        record: IRI of the record that the finding is about; empty where it names none.
        property: IRI of the property that the finding is about; empty where it names none.
        component: IRI of the SHACL constraint component that found it; empty where no shape did.
    """

    file: str
    row: int
    column: str
    rule: str
    message: str
    hint: str
    severity: Severity = "error"
    record: str = ""
    property: str = ""
    component: str = ""

    def __str__(self) -> str:
        where = ":".join(part for part in (self.file, str(self.row) if self.row else "", self.column) if part)
        text = f"{self.message}; {self.hint}" if self.hint else self.message
        return f"{where}: {'warning: ' if self.severity == 'warning' else ''}{text}"


def errors(issues: list[Issue]) -> list[Issue]:
    """Those of the issues that stop a build."""
    return [issue for issue in issues if issue.severity == "error"]
