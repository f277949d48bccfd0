from collections.abc import Iterator

from fmnist_tui.lab.comparison.comparison import Comparison
from fmnist_tui.lab.comparison.tables import Table, tables
from fmnist_tui.lab.report.escaping import escape
from fmnist_tui.lab.report.tables import table


def as_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown; names from a notebook are escaped."""
    return "\n\n".join(part for each in tables(comparison) for part in _parts(each)) + "\n"


def _parts(each: Table) -> Iterator[str]:
    yield f"### {escape(each.title[:1].upper() + each.title[1:])}"
    headings = [escape(heading) for heading in each.headings]
    rows = [[cell if place in each.figures else escape(cell) for place, cell in enumerate(row)] for row in each.rows]
    yield table(headings, rows, right=each.figures)
    yield from each.notes
