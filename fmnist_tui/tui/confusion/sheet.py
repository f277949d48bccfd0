"""A table of counts to move over with a cursor: what it says, and how it is written as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.style import Style
from rich.text import Text

Emphasis = Literal["plain", "quiet", "right", "heavy"]
"""What a cell stands for: a count, none, what is as it should be, or what asks to be looked at."""

MARKS: dict[Emphasis, str] = {"plain": " ", "quiet": " ", "right": "✓", "heavy": "▲"}
"""What stands before a count, so that nothing is told by colour alone."""

STYLES: dict[Emphasis, str] = {"plain": "", "quiet": "dim", "right": "", "heavy": "bold"}
"""How a count is written where there is no colour; colours made grey would hide what they are to show."""

COLOURED: dict[Emphasis, str] = {**STYLES, "right": "green", "heavy": "bold red"}
"""How a count is written where there is."""

HERE = Style(bold=True, reverse=True)
"""The cell under the cursor."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One count."""

    text: str
    """How it is written."""
    emphasis: Emphasis = "plain"
    """What it stands for."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Counts in rows and columns with names, and figures beside the rows that the cursor does not go to."""

    corner: tuple[str, ...]
    """What the rows' names are, a line of the heading each."""
    rows: tuple[str, ...]
    """The rows' names."""
    columns: tuple[tuple[str, ...], ...]
    """The columns' names, as many lines each as `corner` has."""
    cells: tuple[tuple[Cell, ...], ...]
    """The counts by row and column."""
    beside: tuple[str, ...]
    """What stands at the right end of each line, the heading's first, then the rows', then the foot's."""
    foot: tuple[str, tuple[str, ...]] | None
    """The name of the row beneath and its text for each column."""
    label_width: int
    """Columns of the screen for the rows' names."""
    cell_width: int
    """Columns of the screen for a count with its mark."""

    @property
    def heading_rows(self) -> int:
        """How many lines stand above the counts."""
        return len(self.corner)

    @property
    def height(self) -> int:
        """How many lines there are."""
        return self.heading_rows + len(self.rows) + (self.foot is not None)

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns of counts there are."""
        return len(self.rows), len(self.columns)

    def text(self, cursor: tuple[int, int] | None = None, *, coloured: bool = True) -> Text:
        """Return the sheet as lines, with the cell at row and column `cursor` marked."""
        styles = {what: Style.parse(style) for what, style in (COLOURED if coloured else STYLES).items()}
        lines = [*self._heading(cursor), *(self._row(row, cursor, styles) for row in range(len(self.rows)))]
        if self.foot is not None:
            name, texts = self.foot
            lines.append(Text(self._name(name) + "".join(f"{text:>{self.cell_width}}" for text in texts), "dim"))
        beside = (*self.beside, *[""] * (len(lines) - len(self.beside)))
        text = Text("\n", no_wrap=True, overflow="crop").join(
            Text.assemble(line, (words, "dim" if at < self.heading_rows else "") if words else "")
            for at, (line, words) in enumerate(zip(lines, beside, strict=True))
        )
        text.no_wrap, text.overflow = True, "crop"
        return text

    def place(self, x: int, y: int) -> tuple[int, int] | None:
        """Return the row and column of the count at a place on the screen, or None where there is none."""
        row, column = y - self.heading_rows, (x - self.label_width) // self.cell_width
        rows, columns = self.shape
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def _heading(self, cursor: tuple[int, int] | None) -> Sequence[Text]:
        lines = []
        for at, corner in enumerate(self.corner):
            line = Text(self._name(corner), "dim")
            for column, names in enumerate(self.columns):
                here = cursor is not None and cursor[1] == column
                line.append(f"{names[at]:>{self.cell_width}}", "bold not dim" if here else "")
            lines.append(line)
        return lines

    def _row(self, row: int, cursor: tuple[int, int] | None, styles: dict[Emphasis, Style]) -> Text:
        here = cursor is not None and cursor[0] == row
        line = Text(self._name(("▸" if here else " ") + self.rows[row]), "bold" if here else "")
        for column, cell in enumerate(self.cells[row]):
            words = MARKS[cell.emphasis] + cell.text
            style = HERE if cursor == (row, column) else styles[cell.emphasis]
            line.append(f"{words:>{self.cell_width}}", style)
        return line

    def _name(self, name: str) -> str:
        return f"{name:{self.label_width}}"[: self.label_width]
