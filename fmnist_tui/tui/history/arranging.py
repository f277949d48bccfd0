"""The part of the history pane that arranges: the filter, the order and the columns."""

from rich.text import Text

from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.filtering.parsing import Filter
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.history import view as gestures
from fmnist_tui.tui.history.column_chooser import ColumnChooser
from fmnist_tui.tui.history.columns import COLUMNS
from fmnist_tui.tui.history.editing import EditingPane
from fmnist_tui.tui.history.filter_line import FilterLine
from fmnist_tui.tui.picker import Picker
from fmnist_tui.tui.settings import keep_columns, settings_path
from fmnist_tui.tui.steady import Steady


class ArrangingPane(EditingPane):
    """A pane with the table, the line that takes a filter, and one that says which is active."""

    DEFAULT_CSS = """
    ArrangingPane {
        #history-filter { color: $text; text-style: bold; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    def show_filter(self) -> None:
        """Say which filter is active and how many pass."""
        view, line = self.table.view, self.query_one(FilterLine)
        line.count = f"{len(view.arranged)} of {len(view.groups)}"
        if line.is_open:
            line.tell()
        shown = self.query_one("#history-filter", Steady)
        shown.display = view.filtered and not line.is_open
        words = Text(f"filter: {visible(view.filter.text)}", no_wrap=True, overflow="ellipsis")
        words.truncate(max(self.size.width - 30, 20), overflow="ellipsis")
        shown.show(words.append(f" ({line.count}) · Esc shows all"))

    def action_filter(self) -> None:
        """Ask for a filter."""
        self.query_one(FilterLine).begin(self.table.view.filter.text)
        self.show_filter()

    def on_filter_line_understood(self, event: FilterLine.Understood) -> None:
        """Show only what passes."""
        event.stop()
        self.table.do(lambda view: gestures.filter_by(view, event.filter))

    def on_foot_line_closed(self) -> None:
        """Say which filter is active, now that its line does not."""
        self.show_filter()

    def action_clear(self) -> None:
        """Take the filter away; where there is none, the marks."""
        if self.table.view.filtered:
            self.table.do(lambda view: gestures.filter_by(view, Filter("")))
        else:
            self.table.do(gestures.unmark_all)

    def action_sort(self) -> None:
        """Ask for a column to sort by."""
        keys = (None, *COLUMNS)
        items = [("as the notebook has them", "no order of their own")]
        items += [(column.title, column.about) for column in COLUMNS.values()]

        def take(place: int | None) -> None:
            if place is not None:
                self.table.sort_by(keys[place])

        self.app.push_screen(Picker("sort by", items), take)

    def action_columns(self) -> None:
        """Ask for the columns, and keep the choice in the settings."""

        def take(chosen: tuple[str, ...] | None) -> None:
            if chosen is not None and chosen != self.table.columns:
                self.table.columns = chosen
                try:
                    keep_columns(settings_path(), chosen)
                except Mendable as error:
                    self.notify(f"{error}; the columns stay until you leave", severity="warning", markup=False)

        self.app.push_screen(ColumnChooser(self.table.columns), take)
