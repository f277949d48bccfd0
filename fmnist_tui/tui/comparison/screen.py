from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from fmnist_tui.lab.comparison.comparison import Comparison, compare
from fmnist_tui.lab.comparison.text_tables import as_markdown
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.charts.experiments import Figure, Marked, assign_marks, experiment_series
from fmnist_tui.tui.charts.legend import legend
from fmnist_tui.tui.charts.lens import ChartContent, Lens, LensAction, lens_keys
from fmnist_tui.tui.comparison.table import lead_rows, table_rows
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.widgets.moving import ScrolledText
from fmnist_tui.tui.widgets.overlay import Overlay
from fmnist_tui.tui.widgets.pane import Pane
from fmnist_tui.tui.widgets.text import FixedText

SIDE_BY_SIDE = 132
"""Columns from which the curves are beside the table, not below it."""

Room = Literal["both", "curves", "table"]

ROOMS: tuple[Room, ...] = ("both", "curves", "table")


class ComparisonScreen(Overlay[None]):
    DEFAULT_CSS = """
    ComparisonScreen {
        #parts { height: 1fr; layout: vertical; }
        #lead { height: auto; padding: 0 1; }
        #table { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
        #table Static { height: auto; }
        #curves { height: 3fr; min-height: 9; padding: 0 1; }
        #curves Chart { height: 1fr; }
        #curves #legend { height: auto; }
        &.-side-by-side {
            #lead { display: none; }
            #curves { dock: right; width: 40%; height: 1fr; }
        }
        &.-curves #table, &.-curves #lead, &.-table #curves, &.-table #lead { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("expand", "expand", "Show or hide what is equal", word="All", show=True),
        global_key("next", "next", "Switch between loss and accuracy", word="Loss", show=True),
        *lens_keys(),
        global_key("full-screen", "full_screen", "Show only the curves, only the table, or both", show=True),
        global_key("copy", "copy", "Copy the comparison as Markdown", show=True),
    ]

    heading = "comparison"
    about = (
        "Experiments side by side. Each figure is a mean over the finished runs, ± one standard deviation; differences "
        "are from the first experiment, and a verdict says whether chance alone would explain them: clear, possible, "
        "or not resolved, with about how many more seeds would resolve it. Its p is corrected for all experiments of "
        "the notebook, so that a pair has the same verdict here and in the history. Rows that "
        "differ are marked ≠. The curves show the validation set; where there are several seeds, the line is their "
        "mean, and the shading reaches from the lowest to the highest."
    )

    @dataclass
    class Compared(Message):
        differing: Comparison
        """Only what differs."""
        whole: Comparison
        """Including what is equal."""

    def __init__(self, groups: Sequence[Group], marked: Sequence[Marked] = (), known: Sequence[Group] = ()) -> None:
        """Compare `groups` with the first; `known` are all groups of the notebook."""
        super().__init__()
        self.groups = tuple(groups)
        self.known = tuple(known)
        self.marks = assign_marks(self.groups, marked)
        self.compared: ComparisonScreen.Compared | None = None
        """None until it is computed."""
        self.lens = Lens()
        self.figure: Figure = "accuracy"
        self.room: Room = "both"
        self.shows_everything = False

    def compose_body(self) -> ComposeResult:
        with Container(id="parts"):
            yield FixedText(id="lead")
            with Vertical(id="curves"):
                yield Chart(empty_text="no curves: nothing is trained")
                yield FixedText(id="legend")
            with ScrolledText(id="table"):
                yield Static(Text("comparing…"), id="rows")

    def on_mount(self) -> None:
        self.entitle(title(self.groups))
        self.query_one("#table").focus()
        self.work_out()

    @work(thread=True, group="comparison", name="comparison", exit_on_error=False)
    def work_out(self) -> None:
        differing = compare(self.groups, known=self.known)
        self.post_message(self.Compared(differing, compare(self.groups, known=self.known, everything=True)))

    def on_comparison_screen_compared(self, event: Compared) -> None:
        event.stop()
        self.compared = event
        self.show_all()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            event.stop()
            self.query_one("#rows", Static).update(Text(f"cannot be compared: {event.worker.error}", "bold red"))

    def on_resize(self) -> None:
        self.set_class(self.size.width >= SIDE_BY_SIDE, "-side-by-side")
        self.call_after_refresh(self.show_all)

    def show_all(self) -> None:
        self.show_lead()
        self.show_rows()
        self.show_curves()

    @property
    def has_lead(self) -> bool:
        return self.room == "both" and not self.has_class("-side-by-side")

    def show_lead(self) -> None:
        if self.compared is not None and self.has_lead:
            rows = lead_rows(self.compared.differing, self.marks, self.figure, self.size.width - 2)
            self.query_one("#lead", FixedText).show(Text("\n").join(rows))

    def show_rows(self) -> None:
        width = self.query_one("#table").scrollable_content_region.width
        if self.compared is not None and width:
            everything = self.shows_everything
            comparison = self.compared.whole if everything else self.compared.differing
            rows = table_rows(comparison, self.marks, width, everything=everything, named_above=self.has_lead)
            self.query_one("#rows", Static).update(Text("\n").join(rows))

    @property
    def names(self) -> tuple[str, ...]:
        """Equal names are told apart once the comparison is computed."""
        if self.compared is None:
            return tuple(group.name for group in self.groups)
        return tuple(column.name for column in self.compared.whole.columns)

    @property
    def sheet(self) -> ChartContent:
        """The curves on the first one's dataset."""
        first = self.groups[0].recipe.dataset
        return ChartContent(
            f"validation {self.figure}",
            tuple(
                experiment_series(group, mark, self.figure, quiet=False, name=name)
                for group, mark, name in zip(self.groups, self.marks, self.names, strict=True)
                if group.recipe.dataset == first
            ),
        )

    def show_curves(self) -> None:
        sheet = self.sheet
        self.query_one(Chart).look(sheet, self.lens)
        width = self.query_one("#curves").content_size.width or 60
        # The lead above the chart names the curves; the legend then has the values at the cursor, or how it is shown.
        named_above = self.compared is not None and self.has_lead and self.lens.cursor is None
        content = replace(sheet, series=()) if named_above else sheet
        rows = legend((content,), self.lens, width, rows=self.size.height // (4 if self.has_lead else 2))
        line = self.query_one("#legend", FixedText)
        line.display = bool(rows)
        line.show(Text("\n").join(rows))

    def action_lens(self, turn: LensAction) -> None:
        sheet = self.sheet
        self.lens = self.lens.turned(turn, sheet.epochs, sheet.latest)
        self.show_curves()

    def action_back(self) -> None:
        if self.lens.cursor is not None:
            self.action_lens("off")
        else:
            self.dismiss()

    def action_expand(self) -> None:
        self.shows_everything = not self.shows_everything
        self.show_rows()

    def action_next(self) -> None:
        self.figure = "loss" if self.figure == "accuracy" else "accuracy"
        self.show_lead()
        self.show_curves()

    def action_full_screen(self) -> None:
        self.room = ROOMS[(ROOMS.index(self.room) + 1) % len(ROOMS)]
        for room in ROOMS:
            self.set_class(self.room == room, f"-{room}")
        self.call_after_refresh(self.show_all)

    def action_copy(self) -> None:
        if self.compared is not None:
            self.post_message(Pane.Copied(as_markdown(self.compared.differing), "comparison.md"))


def title(groups: Sequence[Group]) -> str:
    """Return `2 experiments · compared with 64 units`, or `5 runs of 64 units · compared with seed 0`."""
    first = groups[0]
    same = all((group.name, group.recipe) == (first.name, first.recipe) for group in groups)
    if same and all(len(group.runs) == 1 for group in groups):
        return f"{counted(len(groups), 'run')} of {first.name} · compared with seed {first.runs[0].seed}"
    return f"{counted(len(groups), 'experiment')} · compared with {first.name}"
