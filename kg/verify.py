"""A bundle run again: does a build still give the rows?"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from kg import asked as questions
from kg import frozen
from kg.asked import LISTS, Result
from kg.bundle import Bundle, as_csv, as_table
from kg.errors import Gone, NotFound, UsageError
from kg.frozen import Run
from kg.published import Graph, Published


@dataclass(frozen=True)
class Verdict:
    """The outcome of running a bundle again.

    Attributes:
        graph: digest of the build that answered.
        same_build: whether it is the build that the bundle names.
        rows: number of rows of the bundle.
        columns: columns of the two answers, where they differ.
        gone: rows that only the bundle has.
        new: rows that only the build has.
        reordered: whether the rows are the same in another order.
        remarks: what else differs: questions changed since, files changed after the bundle was made.
    """

    graph: str
    same_build: bool
    rows: int
    columns: tuple[tuple[str, ...], tuple[str, ...]] | None
    gone: tuple[tuple[str, ...], ...]
    new: tuple[tuple[str, ...], ...]
    reordered: bool
    remarks: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the build gives the rows of the bundle."""
        return not (self.columns or self.gone or self.new)


def verify(bundle: Bundle, published: Published, run: Run, today: bool = False) -> Verdict:
    """Runs a bundle again and compares.

    Args:
        bundle: the bundle.
        published: the home folder whose builds are asked.
        run: runs a query of the bundle's own.
        today: whether the build published now is asked, even where the bundle's own is kept.

    Raises:
        NotFound: the question is not in the build.
        QueryError: a query of the bundle's own cannot be run.
    """
    remarks = [f"{name} is not as it was when the bundle was made" for name in bundle.record["changed"]]
    graph = published.current()
    if not today:
        try:
            graph = published.build(bundle.asked.graph)
        except NotFound:
            remarks.append("the build that the bundle names is not kept here; the one published now was asked")
    try:
        result = _again(bundle, graph, run, remarks)
    except Gone as problem:
        if graph.digest == published.current().digest:
            raise
        remarks.append(f"{problem.message}; the build published now was asked")
        graph = published.current()
        result = _again(bundle, graph, run, remarks)
    columns, *lines = as_table(as_csv(result.columns, result.rows).decode("utf-8")) or [()]
    differ = (bundle.columns, columns) if bundle.columns != columns else None
    # columns that differ make every row differ, which helps nobody
    gone, new = (Counter(bundle.rows), Counter(lines)) if not differ else (Counter[Any](), Counter[Any]())
    return Verdict(
        graph.digest,
        graph.digest == bundle.asked.graph,
        len(bundle.rows),
        differ,
        tuple(sorted((gone - new).elements())),
        tuple(sorted((new - gone).elements())),
        not differ and gone == new and list(bundle.rows) != lines,
        tuple(remarks),
    )


def told(verdict: Verdict, most: int) -> list[str]:
    """A verdict in plain lines, with the first `most` differing rows: `-` only in the bundle, `+` only in the build."""
    build = f"the build {verdict.graph[:12]}" + (", the one of the bundle" if verdict.same_build else ", another one")
    lines = list(verdict.remarks)
    if verdict.columns:
        then, now = (", ".join(columns) or "none" for columns in verdict.columns)
        return [*lines, f"different: the columns were {then}; {build}, has {now}"]
    if verdict.same:
        order = ", in another order" if verdict.reordered else ""
        return [*lines, f"identical: {build}, gives the {verdict.rows} rows of the bundle{order}"]
    differing = [("-", row) for row in verdict.gone] + [("+", row) for row in verdict.new]
    lines.append(
        f"different: of the {verdict.rows} rows of the bundle, {build}, lacks {len(verdict.gone)} and has {len(verdict.new)} others"
    )
    lines += [f"{sign} {' | '.join(row)}" for sign, row in differing[:most]]
    return lines + ([f"and {len(differing) - most} more rows"] if len(differing) > most else [])


def _again(bundle: Bundle, graph: Graph, run: Run, remarks: list[str]) -> Result:
    """The answer of a build to the question of a bundle; where a saved question has changed, to the bundle's own text."""
    asked = bundle.asked
    if asked.name in LISTS:
        result = frozen.answer(graph, asked, run)
        changed = sorted(name for name in result.texts if bundle.texts.get(name) != result.texts[name])
        if changed and asked.name != "sparql":
            remarks.append(f"the build asks {', '.join(changed)} in other words than the bundle")
        return result
    if asked.name not in bundle.texts:
        raise UsageError(f"the bundle has no queries/{asked.name}.rq", "take it again from the site")
    own = bundle.texts[asked.name]
    try:
        text = questions.bound(questions.find(graph, asked.name), asked)
    except (NotFound, KeyError):
        text = ""
    if own != text:
        remarks.append(f"the build asks {asked.name} in other words, or not at all; the bundle's own query was run")
    return frozen.of_text(graph, asked, own, run)
