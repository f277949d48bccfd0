"""History rows as text to copy: tab-separated, or a Markdown table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.report.result_tables import escape
from fmnist_tui.tui.history.cells import Surroundings, cell
from fmnist_tui.tui.history.columns import COLUMNS, NAME, Column
from fmnist_tui.tui.history.rows import Row
from fmnist_tui.tui.history.view import View, marked_rows

WIDE = 1_000
"""More cells than any text needs, so nothing is cut."""


def as_tabs(rows: Sequence[Row], columns: Sequence[str], around: Surroundings) -> str:
    lines = ([column.title for column in _shown(columns)], *_cells(rows, columns, around))
    return "".join("\t".join(line) + "\n" for line in lines)


def as_markdown(rows: Sequence[Row], columns: Sequence[str], around: Surroundings) -> str:
    shown = _shown(columns)
    rules = ["---:" if column.right else "---" for column in shown]
    lines = [[escape(column.title) for column in shown], rules]
    lines += [[escape(text) for text in line] for line in _cells(rows, columns, around)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _shown(columns: Sequence[str]) -> tuple[Column, ...]:
    return (NAME, *(COLUMNS[key] for key in columns))


def _cells(rows: Sequence[Row], columns: Sequence[str], around: Surroundings) -> list[list[str]]:
    return [[cell(row, column, around, WIDE).text.strip() for column in _shown(columns)] for row in rows]


@dataclass(frozen=True, slots=True)
class Copy:
    title: str
    about: str
    text: Callable[[], str]
    file_name: str
    """The file to write if the terminal has no clipboard."""


def copies(view: View, columns: Sequence[str], around: Surroundings) -> tuple[Copy, ...]:
    """Return what can be copied: the marked rows or the one under the cursor; of one row also the id and the script."""
    row = view.row
    if row is None:
        return ()
    rows = marked_rows(view) or (row,)
    what = f"{len(rows)} marked rows" if len(rows) > 1 else "the row"
    seed = row.entry.seed if row.entry else 0
    ids = [run.id for run in ((row.run,) if row.entry else row.group.runs) if run]
    return (
        Copy("row", f"{what}, tab-separated", lambda: as_tabs(rows, columns, around), "rows.tsv"),
        Copy("Markdown", f"{what}, as a table", lambda: as_markdown(rows, columns, around), "rows.md"),
        *([Copy("id", " ".join(ids[:3]) + " …" * (len(ids) > 3), lambda: "\n".join(ids) + "\n", "id.txt")] * bool(ids)),
        Copy("name", visible(row.group.name, 50), lambda: row.group.name + "\n", "name.txt"),
        Copy("script", "a Keras script that does the training", lambda: _script(row, seed), "train.py"),
    )


def _script(row: Row, seed: int) -> str:
    from fmnist_tui.lab.experiments.keras_script import keras_script

    return keras_script(row.group.recipe, seed)
