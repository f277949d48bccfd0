from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from fmnist_tui.tui.confusion.sheet import CountTable, CountTableView
from fmnist_tui.tui.images.enlarged import Gallery
from fmnist_tui.tui.images.image_grid import Card, ImageGrid
from fmnist_tui.tui.widgets.overlay import Overlay


class CountsScreen(Overlay[None]):
    """Shows counts and images behind the selected one; Enter shows all."""

    DEFAULT_CSS = """
    CountsScreen {
        #lead, #note { height: auto; max-height: 3; padding: 0 1; display: none; }
        #lead.-shown, #note.-shown { display: block; }
        #here { height: 1; text-style: bold; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        ImageGrid { padding: 0 1; }
    }
    """

    def compose_body(self) -> ComposeResult:
        yield Static(id="lead")
        yield CountTableView()
        yield Static(id="here")
        yield Static(id="note")
        yield ImageGrid()

    def on_mount(self) -> None:
        self.table.focus()
        self.show_sheet()

    def on_resize(self) -> None:
        self.show_sheet()

    @property
    def table(self) -> CountTableView:
        return self.query_one(CountTableView)

    def sheet(self) -> CountTable | None:
        """None if there are no counts yet."""
        raise NotImplementedError

    def cell_words(self, row: int, column: int) -> str:
        raise NotImplementedError

    def cards(self, row: int, column: int, most: int | None = None) -> Sequence[Card]:
        """Return at most `most` of the images behind a count; none if they are unknown."""
        raise NotImplementedError

    def say(self, place: str, words: str, style: str = "") -> None:
        """Show a line above (`lead`) or below (`note`) the counts."""
        line = self.query_one(f"#{place}", Static)
        line.update(Text(words, style))
        line.set_class(bool(words), "-shown")

    def show_sheet(self) -> None:
        sheet = self.sheet()
        if sheet is not None:
            self.table.show(sheet)
            self.show_images()

    def show_images(self) -> None:
        row, column = self.table.cursor
        self.query_one("#here", Static).update(Text(self.cell_words(row, column)))
        shelf = self.query_one(ImageGrid)
        shelf.show(self.cards(row, column, shelf.most))

    def on_count_table_view_pointed(self) -> None:
        if self.table.sheet is not None:
            self.show_images()

    def on_count_table_view_chosen(self, event: CountTableView.Chosen) -> None:
        cards = self.cards(event.row, event.column)
        if cards:
            self.app.push_screen(Gallery(self.cell_words(event.row, event.column), cards))
        else:
            self.notify(self.nothing_words(event.row, event.column), severity="warning", markup=False)

    def nothing_words(self, row: int, column: int) -> str:
        return "there are none"
