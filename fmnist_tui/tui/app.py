from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from traceback import print_exception
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import RenderableType
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.events import Event
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from fmnist_tui.engine.environment import machine
from fmnist_tui.engine.parallel.parallelism import SIDE_BY_SIDE, Parallelism
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group, groups, plans_on_one_dataset
from fmnist_tui.lab.experiments.seeds import TakenSeeds
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.plain_text import visible_lines
from fmnist_tui.lab.records.dataset import AUTO, SYNTHETIC, DatasetChoice, DatasetName, title_of
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.settings.config_file import save_theme
from fmnist_tui.lab.toml.reading import Notebook
from fmnist_tui.tui.background import Background, Lane, WorkFailed
from fmnist_tui.tui.colours import DARK, LIGHT, ReadableColours
from fmnist_tui.tui.copying import copy
from fmnist_tui.tui.drawn_pieces import DrawnPieces
from fmnist_tui.tui.exporting import Exported, Exporter, FiguresDrawn
from fmnist_tui.tui.history.columns import CHOOSABLE
from fmnist_tui.tui.history.pane import HistoryPane
from fmnist_tui.tui.leaving import AppExit
from fmnist_tui.tui.loading import DatasetFetched, DatasetLoaded, Loader, LoadingFailed
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.notebook_reader import NotebookRead, NotebookReader, SpeedLearnt
from fmnist_tui.tui.recovering import COMMAND, Missing, Recovered, Recoverer
from fmnist_tui.tui.settings import apply_settings, save_choice
from fmnist_tui.tui.suspending import KEYS, Suspender, driver_for
from fmnist_tui.tui.training.messages import Interrupted, News, PendingSeen, RunEnded
from fmnist_tui.tui.training.runner import Runner
from fmnist_tui.tui.training.runs_watcher import RunsWatcher
from fmnist_tui.tui.training_starter import TrainingStarter
from fmnist_tui.tui.typed_ahead import KeyQueue
from fmnist_tui.tui.widgets.dialogs import QuestionDialog
from fmnist_tui.tui.widgets.pane import Pane
from fmnist_tui.tui.widgets.text import VisibleText

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset

NOTEBOOK_SECONDS = 2.0
"""How often to check the notebook for changes by other programs."""


class LabApp(App[None]):
    TITLE = "fmnist-tui"
    BINDINGS: ClassVar[list[BindingType]] = KEYS
    # One or two lines above the footer, where a pane has its border and its hint.
    CSS = "Toast { width: 78; max-width: 100%; padding: 0 1; margin-top: 0; }"

    ansi_theme_dark = Reactive(DARK, init=False)
    ansi_theme_light = Reactive(LIGHT, init=False)

    def __init__(
        self,
        notebook: Path,
        dataset: DatasetChoice = AUTO,
        directory: Path | None = None,
        parallelism: Parallelism = SIDE_BY_SIDE,
        scheduler: str | None = None,
        drawn: Callable[[], object] = lambda: None,
    ) -> None:
        """`drawn` is called once the panes are drawn."""
        super().__init__()
        self._drawn = drawn
        self.notebook_file = NotebookFile(notebook)
        self.background = Background(self.report_failure)
        self.main = MainScreen(self.notebook_file, self.background, parallelism, directory, scheduler)
        self.watcher = RunsWatcher(notebook, self.post_from_thread, self.background)
        self.notebook = Notebook()
        self.notebook_problem: str | None = None
        self.loader = Loader(dataset, directory, self.post_from_thread, self.background)
        self.starter = TrainingStarter(
            self.main, lambda: self.notebook, lambda: self.notebook_problem, self.loaded_data, self.show_activity
        )
        self.leaving = AppExit(self, lambda: self.runner)
        self.suspender = Suspender(self, lambda: self.runner)
        self.exporter = Exporter(self.main, notebook, self.groups, self.post_from_thread, self.background, directory)
        self.recoverer = Recoverer(self, notebook, self.post_from_thread, self.background)
        self._filters += (VisibleText(), ReadableColours())
        self.key_queue = KeyQueue(self, super().on_event)
        self._drawn_pieces = DrawnPieces()
        self.loading_began = False
        self.settings_problems: tuple[str, ...] = ()
        self.reader = NotebookReader(self.notebook_file, machine(), self.post_from_thread, self.background)
        self.trained_seeds: Mapping[Recipe, frozenset[int]] = {}
        self.trained: list[Run] = []
        self.unrecorded: list[str] = []
        """One message for each run that could not be recorded, with where its result is saved."""

    @property
    def runner(self) -> Runner:
        return self.main.training.runner

    def get_default_screen(self) -> MainScreen:
        return self.main

    def on_load(self) -> None:
        def commands() -> frozenset[str]:
            from fmnist_tui.tui.default_settings import command_ids

            return command_ids()

        if settings := apply_settings(self, commands, CHOOSABLE):
            self.main.history.columns = settings.columns
            self.exporter.author = settings.author
            self.exporter.language = settings.language
            self.settings_problems = settings.problems

    def on_mount(self) -> None:
        self.leaving.begin()
        # From here on the user changes the theme: those of the settings and of 16 colours are set before.
        self.watch(self, "theme", lambda name: save_choice(self, partial(save_theme, theme=name)), init=False)
        if problems := self.settings_problems:
            self.notify("\n".join(problems), title="settings", severity="warning", timeout=15, markup=False)

    def on_main_screen_ready(self) -> None:
        self.read_notebook()
        self.set_interval(NOTEBOOK_SECONDS, self.notice_notebook)
        self.main.training.show_state("loading the dataset")

    def begin_loading(self) -> None:
        self._drawn()
        self.loader.begin()
        self.watcher.begin()

    def post_from_thread(self, message: Message) -> None:
        if self.is_running:
            with suppress(RuntimeError):  # the event loop is closed
                self.post_message(message)

    async def on_event(self, event: Event) -> None:
        await self.key_queue.take(event)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        written = self._running and not self._batch_count
        super()._display(screen, self._drawn_pieces.changes(screen, renderable) if written else renderable)

    def get_driver_class(self) -> type[Driver]:
        return driver_for(super().get_driver_class())

    async def action_suspend(self) -> None:
        await self.suspender.suspend()

    async def on_terminal_driver_stop_wanted(self) -> None:
        await self.suspender.suspend_if_wanted()

    def on_terminal_driver_continued(self) -> None:
        """Draw everything again: a shell may have used the terminal."""
        self.suspender.return_to_terminal()

    async def action_quit(self) -> None:
        self.leaving.ask()

    # The dataset and TensorFlow

    @property
    def dataset_name(self) -> DatasetName:
        return self.loader.dataset_name

    def on_dataset_fetched(self, event: DatasetFetched) -> None:
        self.main.training.show_state(event.words)

    def on_dataset_loaded(self, event: DatasetLoaded) -> None:
        if problem := self.starter.name_clash(event.data):
            self.on_loading_failed(LoadingFailed(problem))
            return
        data = self.loader.data = event.data
        if data.name == SYNTHETIC:
            why = "`fmnist-tui data` says how to get it" if data.reason else "as asked for"
            self.main.show_banner(f"SYNTHETIC GARMENTS, not Fashion-MNIST: {why}")
            self.main.training.log_line(data.reason or "synthetic garments, drawn by the program")
        self.main.training.show_state(f"… {title_of(data.name)} loaded · loading TensorFlow", timed=True)
        self.main.history.data = data
        self.read_notebook()

    def on_loading_failed(self, event: LoadingFailed) -> None:
        self.loader.data, self.loader.problem = None, event.problem
        self.main.training.show_state(f"no {event.what} to train {'with' if event.what == 'TensorFlow' else 'on'}")
        self.push_screen(QuestionDialog(event.what, event.problem, {}, error=True))

    def on_tensor_flow_loaded(self) -> None:
        for limit in self.runner.limits():
            self.main.training.log_line(limit)
        if self.loader.data is not None and not self.runner.busy:
            self.main.training.show_state(f"ready · {title_of(self.dataset_name)} · press t to train this network")

    def loaded_data(self) -> "Dataset | None":
        """Show why if there is none."""
        if self.loader.data is None:
            self.notify(self.loader.problem or "the data is still being loaded", severity="warning", markup=False)
        return self.loader.data

    # The notebook

    def read_notebook(self) -> None:
        self.reader.read(self.dataset_name)

    def on_notebook_read(self, event: NotebookRead) -> None:
        if event.problem and event.problem != self.notebook_problem:
            self.push_screen(QuestionDialog("notebook", event.problem, {}, error=True))
        self.notebook, self.notebook_problem = event.notebook, event.problem
        self.trained_seeds = event.trained
        self.show_activity()
        self.main.history.show_groups(event.groups)
        self.main.training.show_records(event.notebook.runs)
        self.main.editor.focus_target.dataset = self.dataset_name
        if self.notebook_problem:
            self.main.history.say(f"the notebook cannot be read: {self.notebook_problem}")
        else:
            self.main.warnings.show(event.notebook)
        if self.loading_began:
            self.main.clues.read()
        else:
            self.loading_began = True
            self.main.clues.begin(event.groups)
            self.call_after_refresh(self.begin_loading)

    def on_speed_learnt(self, event: SpeedLearnt) -> None:
        self.main.show_speeds(event.speeds)

    def notice_notebook(self) -> None:
        if self.is_running:
            self.show_activity()
            if self.reader.busy:
                return
            if self.notebook_file.changed():
                self.read_notebook()
            else:
                self.main.clues.tell()

    def show_activity(self) -> None:
        self.main.history.show_activity(self.main.training.activity)
        self.main.editor.focus_target.taken = TakenSeeds(self.trained_seeds, self.main.training.activity.seeds)

    def on_history_pane_edited(self) -> None:
        self.read_notebook()

    # Training

    def action_train(self) -> None:
        self.starter.train_draft()

    def on_history_pane_training_wanted(self, event: HistoryPane.TrainingWanted) -> None:
        self.starter.train_from_history(event)

    def on_pending_seen(self, event: PendingSeen) -> None:
        self.main.training.show_pending(event.pending)
        self.main.training.show_records(self.notebook.runs)  # a record may have been read before its end was seen
        self.notice_notebook()

    def on_job_started(self) -> None:
        self.show_activity()

    def on_activity_changed(self) -> None:
        self.show_activity()

    def on_run_ended(self, event: RunEnded) -> None:
        if event.problem:
            self.unrecorded.append(event.problem)
        else:
            self.trained.append(event.run)
        self.read_notebook()
        self.main.history.point_at(event.run.experiment, event.run.recipe)
        if event.problem:
            self.push_screen(QuestionDialog("not recorded", event.problem, {}, error=True))

    def groups(self) -> tuple[Group, ...]:
        return plans_on_one_dataset(groups(self.notebook, self.dataset_name))

    def action_export(self) -> None:
        self.exporter.ask()

    def on_figures_drawn(self, event: FiguresDrawn) -> None:
        self.exporter.show_drawn(event)

    def on_exported(self, event: Exported) -> None:
        self.exporter.show_exported(event)

    def action_recover(self) -> None:
        self.recoverer.begin()

    def on_news(self, event: News) -> None:
        for words in event.sentences:
            self.main.training.log_line(words)
        self.recoverer.show_news(event)

    def on_interrupted(self, event: Interrupted) -> None:
        self.read_notebook()  # at once: who reads of the run and presses `t` resumes it
        self.recoverer.show_interrupted(event, self.main.training.log_line)

    def on_missing(self, event: Missing) -> None:
        self.recoverer.ask(event)

    def on_recovered(self, event: Recovered) -> None:
        self.recoverer.show_recovered(event)
        self.read_notebook()

    # Over the panes

    def on_pane_copied(self, event: Pane.Copied) -> None:
        copy(self, self.notebook_file, event)

    def action_data(self) -> None:
        if (data := self.loaded_data()) is not None:
            from fmnist_tui.tui.images.data_screen import DataScreen

            self.push_screen(DataScreen(data))

    def action_preflight(self) -> None:
        if (data := self.loaded_data()) is not None:
            from fmnist_tui.tui.preflight.screen import open_preflight

            open_preflight(self.main, data, self.background)

    def action_help(self) -> None:
        from fmnist_tui.tui.help import help_on

        self.push_screen(help_on(self.screen))

    def action_command_palette(self) -> None:
        from fmnist_tui.tui.palette import open_commands

        open_commands(self)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        from fmnist_tui.tui.palette import pane_commands

        yield from pane_commands(screen)
        yield SystemCommand(COMMAND, "Add runs back that were removed from the notebook", self.action_recover)
        yield from super().get_system_commands(screen)

    def on_notify(self) -> None:
        """Let a new toast replace the last."""
        self._notifications.clear()

    def notify(self, message: str, **how: Any) -> None:
        super().notify(visible_lines(message), **how)

    def show_error(self, where: str, error: BaseException | None) -> None:
        self.log.error(where, error)
        named = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        words = named if error else "an unknown error"
        self.push_screen(QuestionDialog(f"error in {where}", words, {}, error=True))

    def report_failure(self, lane: Lane, error: Exception) -> None:
        """Called in the thread that failed."""
        print_exception(error)
        self.post_from_thread(WorkFailed(lane, error))

    def on_work_failed(self, event: WorkFailed) -> None:
        if event.lane is Lane.LOADING:
            self.main.training.show_state("TensorFlow could not be loaded: training is not possible")
        self.show_error(event.lane, event.error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            self.show_error(event.worker.name, event.worker.error)

    def on_unmount(self) -> None:
        self.watcher.end()
        self.exporter.stop()
