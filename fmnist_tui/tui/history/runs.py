"""The runs of one experiment, over the screen."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import DataTable, Static

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records import Run
from fmnist_tui.lab.results import Group
from fmnist_tui.lab.shorthand import shorthand

TITLES = ("id", "seed", "status", "epochs", "val acc", "test acc", "test loss", "s", "when")


class RunsOf(ModalScreen[Run | None]):
    """A table of one experiment's runs, with its recipe and its note; the answer is a run to clone."""

    DEFAULT_CSS = """
    RunsOf { align: center middle; }
    RunsOf > Vertical { width: 96%; max-width: 110; height: auto; max-height: 90%; border: round $accent;
                        background: $surface; padding: 0 1; }
    RunsOf DataTable { height: auto; max-height: 24; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close"),
        Binding("c", "clone", "Clone into editor"),
    ]

    def __init__(self, group: Group) -> None:
        super().__init__()
        self.group = group

    def compose(self) -> ComposeResult:
        """Lay out the recipe and the table."""
        with Vertical() as box:
            box.border_title = "runs"
            box.border_subtitle = "c takes the run into the editor · Esc closes"
            yield Static(heading(self.group))
            table: DataTable[Text] = DataTable(cursor_type="row")
            table.add_columns(*TITLES)
            for run in self.group.runs:
                table.add_row(*map(Text, row(run)))
            yield table

    def action_clone(self) -> None:
        """Answer with the run under the cursor."""
        place = self.query_one(DataTable).cursor_row
        if 0 <= place < len(self.group.runs):
            self.dismiss(self.group.runs[place])


def heading(group: Group) -> Text:
    """Return a group's name, recipe, published figures and note."""
    training = group.recipe.training
    lines = [
        Text(visible(group.name), "bold"),
        Text(
            f"{shorthand(group.recipe.architecture)} · {training.optimizer} {training.learning_rate:g} · "
            f"batch {training.batch_size} · {training.epochs} epochs · {group.recipe.dataset}"
        ),
    ]
    if group.plan and group.plan.published:
        published = group.plan.published
        lines.append(Text(f"published: test accuracy {published.accuracy:.4f}, loss {published.loss:.4f}"))
    if group.plan and group.plan.note:
        lines.append(Text(visible(group.plan.note), "italic"))
    lines += [Text(f"{run.id}: {visible(run.reason)}", "yellow") for run in group.runs if run.reason]
    return Text("\n").join(lines)


def row(run: Run) -> tuple[str, ...]:
    """Return a run as the cells of its row."""
    curves, test = run.curves, run.test
    return (
        visible(run.id, 20),
        str(run.seed),
        run.status,
        f"{curves.epochs}/{run.recipe.training.epochs}",
        f"{curves.val_accuracy[-1]:.4f}" if curves.val_accuracy else "–",
        f"{test.accuracy:.4f}" if test else "–",
        f"{test.loss:.4f}" if test else "–",
        f"{run.seconds:.1f}",
        f"{run.started:%Y-%m-%d %H:%M}",
    )
