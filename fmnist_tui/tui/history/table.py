"""Draws only the visible rows, so that ten thousand cost no more than twenty."""

from collections.abc import Callable
from functools import lru_cache
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.binding import BindingType
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from fmnist_tui.lab.fields.distinctions import distinctions
from fmnist_tui.lab.fields.record import STATE_ORDER, STATUS
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.fields.results import VS_PUBLISHED, published_figures
from fmnist_tui.lab.gc_pauses import gc_paused
from fmnist_tui.tui.history import view as gestures
from fmnist_tui.tui.history.cells import CellContext, cell, fitted, name_cells
from fmnist_tui.tui.history.columns import COLUMNS, DEFAULT_COLUMNS, GAP, NAME, VERSUS, Layout, first_with, layout
from fmnist_tui.tui.history.keys import TABLE_KEYS
from fmnist_tui.tui.history.rows import HistoryRow
from fmnist_tui.tui.history.view import HistoryView, SortOrder
from fmnist_tui.tui.widgets.moving import half

GUTTER = 3

MARK, FOLDED, UNFOLDED = "●", "▸", "▾"
LEFT, RIGHT = "‹", "›"
UP, DOWN = "▲", "▼"

_style = lru_cache(maxsize=64)(Style.parse)


_DIRECTIONS = {
    "number": ("lowest first", "highest first"),
    "day": ("oldest first", "newest first"),
    "flag": ("no first", "yes first"),
    "text": ("A–Z", "Z–A"),
}
"""Ascending and descending, by a field's kind."""


def order_words(order: SortOrder) -> str:
    """Return `by val acc ▼ highest first`."""
    field = FIELDS.get(order.column)
    directions = _DIRECTIONS[field.kind] if field else _DIRECTIONS["number"]
    if field is STATUS:
        directions = f"{STATE_ORDER[0]} first", f"{STATE_ORDER[-1]} first"
    arrow = DOWN if order.descending else UP
    return f"by {COLUMNS[order.column].title} {arrow} {directions[order.descending]}"


def header(layout: Layout, order: SortOrder | None, width: int, style: Style) -> list[Segment]:
    """An arrow marks the sorted column, `‹ ›` mark hidden columns."""
    parts = [f"{LEFT if layout.before else ' '} {RIGHT if layout.after else ' '}"]
    for place, placed in enumerate(layout.placed):
        column = placed.column
        sorts = order is not None and order.column == column.key
        mark = (DOWN if order and order.descending else UP) if sorts else ""
        title = column.title + mark
        parts.append(" " * (GAP if place else 0) + fitted(title, placed.width, right=column.right))
    return [Segment(fitted("".join(parts), width), style)]


def line(
    row: HistoryRow, layout: Layout, around: CellContext, width: int, *, marked: bool, style: Style
) -> list[Segment]:
    """`style` is combined with the cells' styles."""
    fold = "" if row.entry is not None else UNFOLDED if row.unfolded else FOLDED
    segments = [Segment(f"{MARK if marked else ' '}{fold or ' '} ", style)]
    for place, placed in enumerate(layout.placed):
        found = cell(row, placed.column, around, placed.width)
        text = " " * (GAP if place else 0) + fitted(found.text, placed.width, right=placed.column.right)
        segments.append(Segment(text, _style(found.style) + style if found.style else style))
    used = GUTTER + sum(placed.width for placed in layout.placed) + GAP * (len(layout.placed) - 1)
    segments.append(Segment(" " * max(width - used, 0), style))
    return segments


class HistoryTable(ScrollView, can_focus=True):
    DEFAULT_CSS = """
    HistoryTable {
        height: 1fr; background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden;
        & > .table--header { text-style: bold; }
        & > .table--cursor { text-style: underline; }
        &:focus > .table--cursor { text-style: reverse; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--header", "table--cursor"}

    BINDINGS: ClassVar[list[BindingType]] = TABLE_KEYS

    view: reactive[HistoryView] = reactive(HistoryView(), init=False)
    columns: reactive[tuple[str, ...]] = reactive(DEFAULT_COLUMNS, init=False)
    hidden: reactive[int] = reactive(0, init=False)
    statistics: reactive[bool] = reactive(False, init=False)

    class Changed(Message):
        def __init__(self, before: HistoryView, after: HistoryView) -> None:
            super().__init__()
            self.before = before
            self.after = after

    def __init__(self) -> None:
        super().__init__()
        self._longest = 0
        self._distinctions: dict[int, str] = {}
        self._fit = layout(DEFAULT_COLUMNS, 0)
        self._around = self.surroundings
        self._marked = frozenset(self.view.marked)
        self._published = False
        """Whether any plan has published figures."""

    def do(self, gesture: Callable[[HistoryView], HistoryView]) -> None:
        with gc_paused():  # sorting thousands allocates many short-lived values
            self.view = gesture(self.view)

    # Drawing

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """The columns after the name: always the sorted one, none that has nothing to compare with."""
        view, order = self.view, self.view.order
        compared = {VERSUS.key: bool(view.differences.baselines), VS_PUBLISHED.key: self._published}
        empty = {key for key, any_value in compared.items() if not any_value}
        shown = tuple(key for key in self.columns if key not in empty)
        sorts = order is not None and order.column not in (*shown, NAME.key, *empty)
        return (order.column, *shown) if order is not None and sorts else shown

    @property
    def surroundings(self) -> CellContext:
        return CellContext(self.view.ongoing, self.view.differences, self.statistics, self._distinctions)

    def lay_out(self) -> None:
        width = self.scrollable_content_region.width - GUTTER
        self._fit = layout(self.shown_columns, width, self.hidden, self._longest)
        self.refresh()

    def on_resize(self, event: Resize) -> None:
        self.virtual_size = Size(event.size.width, len(self.view.rows) + 1)
        self.lay_out()
        self.show_cursor()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        base = self.rich_style
        if y == 0:
            style = base + self.get_component_rich_style("table--header", partial=True)
            return Strip(header(self._fit, self.view.order, width, style))
        at = self.scroll_offset.y + y - 1
        if at >= len(self.view.rows):
            return Strip.blank(width, base)
        row = self.view.rows[at]
        cursor = self.get_component_rich_style("table--cursor", partial=True) if at == self.view.at else Style.null()
        marked = bool(self._marked) and row.key in self._marked
        return Strip(line(row, self._fit, self._around, width, marked=marked, style=base + cursor))

    # Scrolling

    @property
    def page(self) -> int:
        return max(self.scrollable_content_region.height - 1, 1)

    def watch_view(self, before: HistoryView, after: HistoryView) -> None:
        top = round(self.scroll_y)
        if before.groups is not after.groups:
            self._distinctions = distinctions(after.groups)
            self._longest = max((name_cells(group, self._distinctions) for group in after.groups), default=0)
            self._published = any(map(published_figures, after.groups))
        if before.marked is not after.marked:
            self._marked = frozenset(after.marked)
        if before.order != after.order:
            self.show_sorted_column()
        if before.rows is not after.rows:
            self._around = self.surroundings
            self.virtual_size = Size(self.size.width, len(after.rows) + 1)
            self.lay_out()
            if top <= before.at < top + self.page:
                self.scroll_to(y=after.at - (before.at - top), animate=False, force=True)
                self.show_cursor()
        elif before.at != after.at:
            self.show_cursor()
        self.refresh()
        self.post_message(self.Changed(before, after))
        if after.differences.baselines and not self.statistics:
            self.load_statistics(after)

    @work(thread=True, group="statistics", name="statistics", exit_on_error=False, exclusive=True)
    def load_statistics(self, view: HistoryView) -> None:
        """Import SciPy and compute the differences in a thread, so as not to block the screen."""
        import scipy.special  # noqa: F401 - even where no difference can be told yet

        for group in view.groups:
            view.differences.difference(group)
        self.post_message(self.StatisticsLoaded())

    class StatisticsLoaded(Message):
        """SciPy is loaded."""

    def on_history_table_statistics_loaded(self, event: StatisticsLoaded) -> None:
        event.stop()
        self.statistics = True

    def show_sorted_column(self) -> None:
        order, shown = self.view.order, self.shown_columns
        if order is not None and order.column in shown:
            width = self.scrollable_content_region.width - GUTTER
            self.hidden = first_with(order.column, shown, width, self.hidden, self._longest)

    def watch_columns(self) -> None:
        self.hidden = 0
        self.lay_out()

    def watch_hidden(self) -> None:
        self.lay_out()

    def watch_statistics(self) -> None:
        self._around = self.surroundings
        self.refresh()
        self.post_message(self.Changed(self.view, self.view))

    def show_cursor(self) -> None:
        """Scroll as little as needed."""
        top = round(self.scroll_y)
        lowest, highest = self.view.at, self.view.at - self.page + 1
        if not highest <= top <= lowest:
            self.scroll_to(y=lowest if top > lowest else highest, animate=False, force=True)

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)
        if at is None:
            return
        if at.y == 0 and at.x < GUTTER:
            self.action_shift(-1 if at.x == 0 else 1)
        elif at.y == 0:
            self.sort_by(self._column_at(at.x))
        elif (place := self.scroll_offset.y + at.y - 1) < len(self.view.rows):
            self.do(lambda view: gestures.go(view, place))
            if at.x < GUTTER or event.chain == 2:
                self.do(gestures.fold)

    def _column_at(self, x: int) -> str:
        end = GUTTER
        for placed in self._fit.placed:
            end += placed.width + GAP
            if x < end:
                return placed.column.key
        return NAME.key

    # Gestures

    def action_move(self, by: int) -> None:
        self.do(lambda view: gestures.move(view, by))

    def action_page(self, by: int) -> None:
        self.action_move(by * max(self.page - 1, 1))

    def action_half_page(self, by: int) -> None:
        self.action_move(by * half(self.page))

    def action_go_first(self) -> None:
        self.do(lambda view: gestures.go(view, 0))

    def action_go_last(self) -> None:
        self.do(lambda view: gestures.go(view, len(view.rows) - 1))

    def action_shift(self, by: int) -> None:
        if by < 0 or self._fit.after:
            self.hidden = max(self.hidden + by, 0)

    def action_fold(self) -> None:
        self.do(gestures.fold)

    def action_expand(self) -> None:
        self.do(gestures.fold_all)

    def action_mark(self) -> None:
        self.do(gestures.mark)

    def sort_by(self, key: str | None) -> None:
        """Sort best first; reverse if it is sorted already; None restores the notebook's order."""
        order = self.view.order
        if key is None:
            self.do(lambda view: gestures.sort_by(view, None))
        elif order is not None and order.column == key:
            self.action_reverse()
        else:
            wanted = SortOrder(key, COLUMNS[key].descending)
            self.do(lambda view: gestures.sort_by(view, wanted))

    def action_reverse(self) -> None:
        order = self.view.order
        if order is None:
            self.notify("in the notebook's order; o sorts by a column")
        else:
            turned = SortOrder(order.column, not order.descending)
            self.do(lambda view: gestures.sort_by(view, turned))

    def action_sort_beside(self, by: int) -> None:
        keys = (None, NAME.key, *self.shown_columns)
        now = self.view.order.column if self.view.order else None
        place = keys.index(now) if now in keys else 0
        self.sort_by(keys[(place + by) % len(keys)])
