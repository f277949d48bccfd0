"""The queue on a screen of its own: what is trained and what waits, one by one, to cancel and to move."""

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Click, Resize
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from fmnist_tui.engine.parallel.outside import FolderQueue
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.training.messages import ActivityChanged
from fmnist_tui.tui.training.queue_rows import QueueRow, heading, queue_rows, row_line
from fmnist_tui.tui.widgets.moving import MOVING_KEYS, half
from fmnist_tui.tui.widgets.overlay import Overlay
from fmnist_tui.tui.widgets.text import FixedText

if TYPE_CHECKING:
    from fmnist_tui.tui.training.pane import TrainingPane

LOOK_SECONDS = 0.25

EMPTY = "nothing is trained or queued: t trains the network in the editor"

CANCELLING = "cancelling"

Line = str | int
"""A heading, or the place of a row."""


class QueueTable(ScrollView, can_focus=True):
    """The rows of the queue under a heading for each program, with a cursor."""

    DEFAULT_CSS = """
    QueueTable {
        height: 1fr; margin: 0 1; background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden;
        & > .queue--cursor { text-style: underline; }
        &:focus > .queue--cursor { text-style: reverse; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"queue--cursor"}

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("up", "move(-1)", "Move the cursor up"),
        global_key("down", "move(1)", "Move the cursor down"),
        global_key("page-up", "page(-1)", "Move the cursor up by a page"),
        global_key("page-down", "page(1)", "Move the cursor down by a page"),
        *MOVING_KEYS,
    ]

    at: reactive[int] = reactive(0, init=False)
    """The row under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[QueueRow, ...] = ()
        self._lines: tuple[Line, ...] = (EMPTY,)
        self._front: str | None = None
        self._asked: Mapping[Job, str] = {}

    @property
    def row(self) -> QueueRow | None:
        return self.rows[self.at] if self.rows else None

    def show(
        self,
        rows: tuple[QueueRow, ...],
        max_parallel: int,
        *,
        front: str | None,
        asked: Mapping[Job, str],
        follow: Job | None,
    ) -> None:
        """Show rows, with the cursor on the job `follow`, or else where it was.

        Args:
            rows: of this program, then of others.
            max_parallel: how many are trained in parallel here.
            front: the id of the run on the charts.
            asked: what other programs were asked to do with their jobs, in words.
            follow: the job for the cursor.
        """
        lines: list[Line] = []
        for _, places in groupby(range(len(rows)), lambda place: rows[place].program):
            of_program = [*places]
            lines += heading([rows[place] for place in of_program], max_parallel), *of_program
        self.rows, self._lines = rows, tuple(lines) or (EMPTY,)
        self._front, self._asked = front, asked
        place = next((place for place, row in enumerate(rows) if row.job == follow), self.at)
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.at = max(min(place, len(rows) - 1), 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        number = self.scroll_offset.y + y
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        line = self._lines[number]
        if isinstance(line, str):
            text = Text(line, "bold", no_wrap=True, overflow="ellipsis")
            text.truncate(width, overflow="ellipsis", pad=True)
        else:
            row, here = self.rows[line], line == self.at
            shown = row.training is not None and row.training.run_id == self._front
            text = row_line(row, max(width - 2, 0), shown=shown, asked=self._asked.get(row.job, ""))
            if here:
                text = Text(f"▸ {text.plain}", self.get_component_rich_style("queue--cursor", partial=True))
            else:
                text = Text.assemble("  ", text)
        segments = [*text.render(self.app.console)]
        return Strip(segments).adjust_cell_length(width).apply_style(self.rich_style)

    def on_resize(self, event: Resize) -> None:
        self.virtual_size = Size(event.size.width, len(self._lines))
        self.show_cursor()

    def watch_at(self) -> None:
        self.show_cursor()
        self.refresh()

    def show_cursor(self) -> None:
        """Scroll as little as needed; the heading above the first row comes along."""
        if not self.rows:
            return
        number, height = self._lines.index(self.at), max(self.scrollable_content_region.height, 1)
        top = round(self.scroll_y)
        if number < top or self.at == 0:
            self.scroll_to(y=number if self.at else 0, animate=False, force=True)
        elif number >= top + height:
            self.scroll_to(y=number - height + 1, animate=False, force=True)

    def go(self, place: int) -> None:
        self.at = max(min(place, len(self.rows) - 1), 0)

    def action_move(self, by: int) -> None:
        self.go(self.at + by)

    def action_page(self, by: int) -> None:
        self.go(self.at + by * max(self.scrollable_content_region.height - 1, 1))

    def action_half_page(self, by: int) -> None:
        self.go(self.at + by * half(self.scrollable_content_region.height))

    def action_go_first(self) -> None:
        self.go(0)

    def action_go_last(self) -> None:
        self.go(len(self.rows) - 1)

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)
        if at is None or (number := self.scroll_offset.y + at.y) >= len(self._lines):
            return
        line = self._lines[number]
        if isinstance(line, int):
            self.go(line)


class QueueScreen(Overlay[None]):
    DEFAULT_CSS = """
    QueueScreen > #queue-outcome { margin: 0 1; height: 1; text-style: bold; }
    QueueScreen ToastRack { margin-bottom: 2; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("open", "show_curves", "Show the training's curves", word="Curves", show=True),
        global_key("delete", "cancel_job", "Cancel what is queued; u puts it back", word="Cancel", show=True),
        global_key("move-down", "shift(1)", "Train it later: move it down in the queue", word="Later", show=True),
        global_key("move-up", "shift(-1)", "Train it earlier: move it up in the queue", word="Earlier", show=True),
        global_key("undo", "undo", "Undo the last change of the queue", show=True),
        global_key("redo", "redo"),
        global_key("stop", "stop"),
        global_key("pause", "on_main('pause')"),
        global_key("queue", "back", "Go back to the panes", word="Panes"),
    ]

    heading = "queue"
    about = (
        "What is trained and what waits, in the order of training: this app's, then that of other programs in the "
        "same notebook. A queued run can be cancelled, and moved up and down. What waits in another program is changed "
        "by that program, as soon as it sees the order: in less than a second, unless it is suspended. "
        "The times are estimates, from this machine's runs in the notebook, or from what is trained now if there are "
        "none: how long a run takes, and when it will have ended. Several trainings in parallel take the seeds of a "
        "network together; once a run was moved, the order is kept."
    )

    def __init__(self, pane: "TrainingPane") -> None:
        super().__init__()
        self._pane = pane
        self._asked: dict[Job, str] = {}
        """What other programs were asked to do, in words, until they did something."""
        self._asked_moves: Counter[Job] = Counter()
        """By how many places other programs were asked to move their jobs, until they did something."""
        self._asked_of: tuple[FolderQueue, ...] = ()

    def compose_body(self) -> ComposeResult:
        yield QueueTable()
        yield FixedText(id="queue-outcome")

    def on_mount(self) -> None:
        self.entitle("queue")
        self._table.focus()
        self.show_queue()
        self._table.go(next((place for place, row in enumerate(self._table.rows) if row.place), 0))
        self.set_interval(LOOK_SECONDS, self.show_queue)

    def show_queue(self) -> None:
        activity, row = self._pane.activity, self._table.row
        if activity.outside is not self._asked_of:
            self._asked, self._asked_moves, self._asked_of = {}, Counter(), activity.outside
        rows = queue_rows(activity, self._pane.runner.lanes, self._pane.speeds)
        front = self._pane.front
        self._table.show(
            rows,
            self._pane.runner.queue.parallelism.at_once,
            front=front.run_id if front else None,
            asked=self._asked,
            follow=row.job if row else None,
        )

    @property
    def _table(self) -> QueueTable:
        return self.query_one(QueueTable)

    def _waiting(self, what: str) -> QueueRow | None:
        """Return the row under the cursor if it waits; otherwise say why it cannot be done."""
        row = self._table.row
        if row is None or row.training is not None:
            self.say(f"only what is queued can be {what}" + ("; s stops a training" if row else ""))
            return None
        if self._asked.get(row.job) == CANCELLING:
            self.say("the other program was asked to cancel it")
            return None
        return row

    def say(self, words: str) -> None:
        self.query_one("#queue-outcome", FixedText).show(Text(words, no_wrap=True, overflow="ellipsis"))

    def _change(self, change: Callable[[], str], row: QueueRow | None = None, asked: str = "") -> None:
        try:
            words = change()
        except UserError as error:
            self.say(str(error))
            return
        if row is not None and row.outside:
            self._asked[row.job] = asked
            words = f"asked the other program · {words}"
        self.say(words)
        self._pane.refresh_progress()
        self.post_message(ActivityChanged())
        self.show_queue()

    def action_cancel_job(self) -> None:
        row = self._waiting("cancelled")
        if row is not None:
            self._change(lambda: self._pane.queue_changes.cancel(row.job), row, CANCELLING)

    def action_shift(self, by: int) -> None:
        row = self._waiting("moved")
        if row is None:
            return
        moved = self._asked_moves[row.job] + by
        if not 1 <= row.place + moved <= row.waiting:
            self.say(f"it is the {'first' if by < 0 else 'last'} of the queue already")
            return
        self._asked_moves[row.job] = moved if row.outside else 0
        self._change(lambda: self._pane.queue_changes.move(row.job, by), row, "moving")

    def action_undo(self) -> None:
        self._change(self._pane.queue_changes.undo)

    def action_redo(self) -> None:
        self._change(self._pane.queue_changes.redo)

    def action_stop(self) -> None:
        row = self._table.row
        if row is not None and row.training is not None:
            self._pane.bring_to_front(row.training)
        self._pane.ask_stop()

    def action_show_curves(self) -> None:
        row = self._table.row
        if row is None or row.training is None:
            self.say("it has no curves before it is trained")
            return
        self._pane.bring_to_front(row.training)
        self.action_enter("training")
