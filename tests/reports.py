"""Reports of made-up groups, and what stands in them."""

import re
from datetime import UTC, datetime
from typing import Any

from markdown_it import MarkdownIt

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import Language, in_language
from fmnist_tui.lab.report.figures.plan import figures_of
from fmnist_tui.lab.report.markdown import LINT, PlacedFigure, report
from fmnist_tui.lab.report.study import Content, gather

GENERATED = datetime(2025, 2, 1, 9, 30, tzinfo=UTC)
COMMAND = "fmnist-tui export report.md"


def content_of(*groups: Group, command: str = COMMAND, **options: Any) -> Content:
    return gather(groups, command=command, generated=GENERATED, **options)


def placed(content: Content) -> list[PlacedFigure]:
    return [PlacedFigure(each, f"report-figures/{each.name}.svg") for each in figures_of(content)]


def written(*groups: Group, language: Language = "en", **options: Any) -> str:
    """Return the report of some groups as Markdown."""
    with in_language(language):
        content = content_of(*groups, **options)
        return report(content, placed(content))


def part(text: str, heading: str) -> str:
    """Return what stands under a heading of the second level."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def tables(text: str) -> list[list[dict[str, str]]]:
    """Return the tables of a text, each a list of rows by heading."""
    found: list[list[dict[str, str]]] = []
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        headings, _, *rows = map(_cells, block.splitlines())
        found.append([dict(zip(headings, row, strict=True)) for row in rows])
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def row(text: str, name: str) -> dict[str, str]:
    """Return the first table row whose experiment begins with a name."""
    return next(each for table in tables(text) for each in table if each.get("experiment", "").startswith(name))


def parsed(text: str) -> Any:
    """Return a report's tokens; its last line is a comment for the linter."""
    return MarkdownIt("commonmark").enable("table").parse(text.replace(LINT, ""))
