from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from fmnist_tui.engine.parallel.parallelism import SIDE_BY_SIDE, Parallelism
from fmnist_tui.lab.experiments.speeds import Speeds
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.terminal.size import LEAST_COLUMNS, LEAST_ROWS
from fmnist_tui.tui.background import Background
from fmnist_tui.tui.clues.clues import Clues
from fmnist_tui.tui.clues.finding import CluesFound
from fmnist_tui.tui.editor.draft import Origin
from fmnist_tui.tui.editor.pane import ArchitecturePane
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.history.pane import HistoryPane
from fmnist_tui.tui.notebook_reader import NotebookWarnings
from fmnist_tui.tui.training.messages import NotWritable
from fmnist_tui.tui.training.pane import TrainingPane
from fmnist_tui.tui.widgets.footer import KeyFooter
from fmnist_tui.tui.widgets.pane import Pane

WIDE = 120
"""The least width for three panes side by side."""


class MainScreen(Screen[None]):
    """Below `WIDE` columns the focused pane takes the space, the others one line each."""

    DEFAULT_CSS = """
    MainScreen {
        #banner { display: none; height: auto; padding: 0 1; background: $warning; color: $text; text-style: bold; }
        #banner.-shown { display: block; }
        #at-work { display: none; height: 1; padding: 0 1; background: $surface; }
        #at-work.-shown { display: block; }
        #too-small { display: none; height: 1fr; content-align: center middle; text-align: center; }
        #panes { layout: horizontal; height: 1fr; }
        ArchitecturePane { width: 46; }
        #right { width: 1fr; height: 1fr; }
        TrainingPane { height: 3fr; }
        HistoryPane { height: 2fr; }
        Pane.-hidden, #right.-hidden { display: none; }
        #right.-zoomed > Pane { height: 1fr; }
        &.-zoomed ArchitecturePane { width: 1fr; }

        &.-narrow {
            #panes { layout: vertical; }
            ArchitecturePane { width: 1fr; height: 1fr; }
            ArchitecturePane.-shrunk { height: 1; }
            #right { height: 1fr; }
            #right.-shrunk { height: 2; }
            #right > Pane { height: 1fr; }
            #right > Pane.-shrunk { height: 1; }
        }
        &.-tiny {
            #panes, KeyFooter, #banner, #at-work { display: none; }
            #too-small { display: block; }
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("train", "app.train", show=True),
        global_key("help", "app.help", show=True),
        global_key("quit", "app.quit", show=True),
        global_key("stop", "stop", show=True),
        global_key("pause", "pause"),
        global_key("pane.next", "next_pane(1)", show=True),
        global_key("pane.previous", "next_pane(-1)"),
        global_key("pane.architecture", "enter('architecture')"),
        global_key("pane.training", "enter('training')"),
        global_key("pane.history", "enter('history')"),
        global_key("full-screen", "full_screen", "Toggle full screen for the pane"),
        global_key("data", "app.data"),
        global_key(
            "export",
            "app.export",
            "Export a report of all experiments, or of the marked ones; or stop it",
            show=True,
        ),
        global_key("preflight", "app.preflight", show=True),
        global_key("clues", "clues", "Show what the results, or the marked ones, say, and what to try next", show=True),
        global_key("queue", "queue", show=True),
        global_key("commands", "app.command_palette"),
    ]

    current: reactive[str] = reactive("architecture", init=False)
    zoomed: reactive[bool] = reactive(False, init=False)

    class Ready(Message):
        """The panes are mounted."""

    def __init__(
        self,
        notebook: NotebookFile,
        background: Background,
        parallelism: Parallelism = SIDE_BY_SIDE,
        directory: Path | None = None,
        scheduler: str | None = None,
    ) -> None:
        super().__init__()
        self.editor = ArchitecturePane(notebook.path, "architecture")
        self.training = TrainingPane(notebook.path, "training", background, parallelism, directory, scheduler)
        self.history = HistoryPane(notebook, "history", background)
        self.clues = Clues(self.editor, self.training, self.history, self.go_to, background)
        self.right = Container(id="right")
        self.warnings = NotebookWarnings(self.training, self.history)
        self.marked_names: tuple[str, ...] = ()
        """The experiments that are marked in the history."""

    def compose(self) -> ComposeResult:
        self.arrange_panes()  # before the first paint, so that nothing moves after it
        yield Static(id="banner", markup=False)
        with Container(id="panes"):
            yield self.editor
            with self.right:
                yield self.training
                yield self.history
        yield Static(id="at-work", markup=False)
        yield Static(f"fmnist-tui needs a terminal of at least {LEAST_COLUMNS}×{LEAST_ROWS}", id="too-small")
        yield KeyFooter("help", "quit")

    def on_mount(self) -> None:
        self.action_enter("architecture")
        self.post_message(self.Ready())

    def on_resize(self) -> None:
        was_tiny = self.has_class("-tiny")
        self.arrange_panes()
        if was_tiny and not self.has_class("-tiny"):
            # A hidden widget loses the focus; without it, its pane's keys do not work.
            self.call_after_refresh(self.action_enter, self.current)

    @property
    def panes(self) -> dict[str, Pane]:
        return {str(pane.id): pane for pane in (self.editor, self.training, self.history)}

    def on_not_writable(self, event: NotWritable) -> None:
        self.warnings.log(event.problem)

    def show_speeds(self, speeds: Speeds | None) -> None:
        """Estimate times by this machine's speed."""
        self.editor.focus_target.speed = speeds.alone if speeds else None
        self.training.speeds = speeds

    def show_banner(self, words: str) -> None:
        banner = self.query_one("#banner", Static)
        banner.update(words)
        banner.add_class("-shown")

    def show_at_work(self, words: str) -> None:
        """Show a background task's status; empty text hides the line."""
        line = self.query_one("#at-work", Static)
        line.update(words)
        line.set_class(bool(words), "-shown")

    def arrange_panes(self) -> None:
        columns, rows = self.app.size
        self.set_class(columns < LEAST_COLUMNS or rows < LEAST_ROWS, "-tiny")
        self.set_class(columns < WIDE, "-narrow")
        shrunk = columns < WIDE and not self.zoomed
        for name, pane in self.panes.items():
            pane.set_class(shrunk and name != self.current, "-shrunk")
            pane.set_class(self.zoomed and name != self.current, "-hidden")
        self.right.set_class(shrunk and self.current == "architecture", "-shrunk")
        self.right.set_class(self.zoomed and self.current == "architecture", "-hidden")
        self.right.set_class(self.zoomed, "-zoomed")
        self.set_class(self.zoomed, "-zoomed")

    def watch_current(self) -> None:
        self.arrange_panes()

    def watch_zoomed(self) -> None:
        self.arrange_panes()

    def action_enter(self, name: str) -> None:
        self.current = name
        self.panes[name].focus_target.focus()

    def go_to(self, name: str) -> None:
        """Enter a pane, closing the screens over the panes."""
        while self.app.screen_stack[0] is not self.app.screen:
            self.app.pop_screen()
        self.action_enter(name)

    def action_next_pane(self, by: int) -> None:
        names = list(self.panes)
        self.action_enter(names[(names.index(self.current) + by) % len(names)])

    def action_full_screen(self) -> None:
        self.zoomed = not self.zoomed

    def action_clues(self) -> None:
        self.clues.open()

    def on_clues_found(self, event: CluesFound) -> None:
        self.clues.show(event)

    def action_stop(self) -> None:
        self.training.ask_stop()

    def action_pause(self) -> None:
        self.training.pause_or_resume()

    def action_queue(self) -> None:
        from fmnist_tui.tui.training.queue_screen import QueueScreen

        self.app.push_screen(QueueScreen(self.training))

    def on_descendant_focus(self) -> None:
        for name, pane in self.panes.items():
            if pane.has_focus_within:
                self.current = name

    def on_history_pane_cloned(self, event: HistoryPane.Cloned) -> None:
        name = f"{event.group.name}{f', run {event.run.id}' if event.run else ''}"
        seed = event.run.seed if event.run else None
        self.editor.load(Origin(name, event.group.recipe), seed)
        self.action_enter("architecture")

    def on_history_pane_pointed(self, event: HistoryPane.Pointed) -> None:
        self.training.row_curves.point_at(event.group, moved=event.moved)

    def on_history_pane_marked(self, event: HistoryPane.Marked) -> None:
        self.training.show_beneath(event.groups)
        self.history.lettered = self.training.charts.marked
        self.marked_names = tuple(dict.fromkeys(group.name for group in event.groups))

    def on_pane_wanted(self, event: Pane.Wanted) -> None:
        self.action_enter(str(event.pane.id))
