from rich.text import Text
from textual.widget import Widget

from fmnist_tui.lab.filtering.filter import Filter
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.settings.config_file import save_columns
from fmnist_tui.tui.history import view as gestures
from fmnist_tui.tui.history.columns import COLUMNS
from fmnist_tui.tui.history.filter_line import FilterLine
from fmnist_tui.tui.history.table import HistoryTable
from fmnist_tui.tui.settings import save_choice
from fmnist_tui.tui.widgets.dialogs import PickerDialog
from fmnist_tui.tui.widgets.text import FixedText


class Arrangement:
    """Filters and sorts the rows and chooses the columns, as `pane` asks."""

    def __init__(self, pane: Widget) -> None:
        self._pane = pane

    def show_filter(self) -> None:
        view, line = self._table.view, self._pane.query_one(FilterLine)
        line.count = f"{len(view.arranged)} of {len(view.groups)}"
        if line.is_open:
            line.tell()
        shown = self._pane.query_one("#history-filter", FixedText)
        shown.display = view.filtered and not line.is_open
        words = Text(f"filter: {visible(view.filter.text)}", no_wrap=True, overflow="ellipsis")
        words.truncate(max(self._pane.size.width - 30, 20), overflow="ellipsis")
        shown.show(words.append(f" ({line.count}) · Esc shows all"))

    def ask_filter(self) -> None:
        self._pane.query_one(FilterLine).begin(self._table.view.filter.text)
        self.show_filter()

    def filter(self, wanted: Filter) -> None:
        self._table.do(lambda view: gestures.filter_by(view, wanted))

    def clear(self) -> None:
        if self._table.view.filtered:
            self.filter(Filter(""))
        else:
            self._table.do(gestures.unmark_all)

    def ask_order(self) -> None:
        keys = (None, *COLUMNS)
        items = [("notebook order", "do not sort")]
        items += [(column.title, column.about) for column in COLUMNS.values()]

        def take(place: int | None) -> None:
            if place is not None:
                self._table.sort_by(keys[place])

        self._pane.app.push_screen(PickerDialog("sort by", items), take)

    def ask_columns(self) -> None:
        from fmnist_tui.tui.history.column_chooser import ColumnChooser

        def take(chosen: tuple[str, ...] | None) -> None:
            if chosen is not None and chosen != self._table.columns:
                self._table.columns = chosen
                save_choice(self._pane.app, lambda path: save_columns(path, chosen))

        self._pane.app.push_screen(ColumnChooser(self._table.columns), take)

    @property
    def _table(self) -> HistoryTable:
        return self._pane.query_one(HistoryTable)
