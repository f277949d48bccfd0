from collections import deque
from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.binding import BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Curves, Run, outcome
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.tui.training.progress_line import duration
from fmnist_tui.tui.widgets.moving import SCROLLING_KEYS, half

MOST_LINES = 1_000

SEPARATOR = " · "


class Log(ScrollView, can_focus=True):
    """Follows its newest lines unless the user scrolled up.

    Not Textual's `RichLog`: that lays the screen out for each line, and imports more than the first paint has time for.
    """

    DEFAULT_CSS = """
    Log {
        scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll;
        background: transparent; color: $foreground;
        &:focus { background-tint: $foreground 5%; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [*SCROLLING_KEYS]

    virtual_size = Reactive(Size(0, 0))

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.lines: list[Strip] = []
        """As wrapped to the width."""
        self._said = deque[Text](maxlen=MOST_LINES)
        self._columns = 0
        """The width the lines are wrapped to; 0 once a line was added while hidden."""
        self.follows = True
        """Whether the log follows its end; a change of size keeps it."""

    def add(self, line: Text) -> None:
        self._said.append(line)
        if not self._columns or self.scrollable_content_region.width != self._columns:
            self._columns = 0
            self.fill_room()
            return
        self._write(line)
        if self.follows:
            self.scroll_end(animate=False, immediate=True)

    def _write(self, line: Text) -> None:
        console = self.app.console
        segments = console.render(folded(line, self._columns), console.options.update_width(self._columns))
        self.lines += Strip.from_lines(list(Segment.split_lines(segments)))
        del self.lines[:-MOST_LINES]
        self.virtual_size = Size(self._columns, len(self.lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        place, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        line = self.lines[place] if place < len(self.lines) else Strip.blank(width)
        return line.crop_extend(0, width, self.rich_style).apply_style(self.rich_style)

    def fill_room(self) -> None:
        columns = self.scrollable_content_region.width
        if not columns or columns == self._columns:
            return
        self._columns, follows = columns, self.follows
        self.lines, self.virtual_size = [], Size(columns, 0)
        for line in self._said:
            self._write(line)
        self.follows = follows
        if follows:
            self.scroll_end(animate=False)

    def action_go_first(self) -> None:
        self.scroll_home(animate=False)

    def action_go_last(self) -> None:
        self.scroll_end(animate=False)

    def action_half_page(self, by: int) -> None:
        self.scroll_relative(y=by * half(self.scrollable_content_region.height), animate=False)

    def on_show(self) -> None:
        self.fill_room()

    def watch_virtual_size(self, old: Size, new: Size) -> None:
        self.vertical_scrollbar.window_virtual_size = new.height

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        self.follows = self.is_vertical_scroll_end

    def on_resize(self, event: Resize) -> None:
        self.fill_room()
        if self.follows:
            self.scroll_end(animate=False)


def folded(line: Text, columns: int) -> Text:
    """Break a long line between its parts, which ` · ` separates, and only a part that is too long within it."""
    if line.cell_len <= columns:
        return line
    text, used = Text(style=line.style), 0
    for place, part in enumerate(line.split(SEPARATOR)):
        joined = used + len(SEPARATOR) + part.cell_len
        fits = not place or joined <= columns
        text.append("" if not place else SEPARATOR if fits else "\n").append_text(part)
        used = joined if place and fits else part.cell_len
    return text


def epoch_line(curves: Curves, epoch: int) -> str:
    """Return `epoch   4   loss 0.4120  acc 0.8530   val loss …` for an epoch counted from 0."""
    line = f"epoch {epoch + 1:>3}   loss {fixed(curves.loss[epoch], 4)}  acc {fixed(curves.accuracy[epoch], 4)}"
    if curves.val_loss:
        line += f"   val loss {fixed(curves.val_loss[epoch], 4)}  acc {fixed(curves.val_accuracy[epoch], 4)}"
    return line


def ended_words(run: Run, heading: str) -> str:
    """Return `finished: 64 · seed 0 · test accuracy 0.8746`, or why it did not finish."""
    result = f"test accuracy {fixed(run.test.accuracy, 4)}" if run.test else visible(run.reason or "")
    return " · ".join(part for part in (f"{run.status}: {heading}", result) if part)


def ending(run: Run, width: int | None = None) -> str:
    """Return `finished · test accuracy 0.8746, loss 0.3511 · 64, 50,890 parameters · 4 s`, less if `width` is small."""
    result = f"test accuracy {fixed(run.test.accuracy, 4)}, loss {fixed(run.test.loss, 4)}" if run.test else ""
    best = f"best epoch {run.curves.best_epoch}: {fixed(run.best.accuracy, 4)}" if run.best else ""
    network = f"{shorthand(run.recipe.architecture)}, {run.parameters:,} parameters"
    parts = [outcome(run), result, best, network, duration(run.seconds)]
    for least in (3, 4, 2):
        if width is not None and cell_len(_joined(parts)) > width:
            parts[least] = ""
    return _joined(parts)


def _joined(parts: Sequence[str]) -> str:
    return SEPARATOR.join(filter(None, parts))
