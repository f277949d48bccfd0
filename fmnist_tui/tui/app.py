"""The app: what the panes tell each other passes here, and what takes time goes to threads from here."""

from collections.abc import Iterable
from pathlib import Path

from rich.text import Text
from textual import work
from textual.app import App, SystemCommand
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.environment import machine
from fmnist_tui.lab.architecture import ArchitectureError
from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.estimate import learn_speed
from fmnist_tui.lab.notebook.file import Notebook, NotebookFile
from fmnist_tui.lab.notebook.reading import NotebookError
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.plan import Job, untrained_seeds
from fmnist_tui.lab.recipe import DatasetChoice, DatasetName, Recipe
from fmnist_tui.lab.records import Run
from fmnist_tui.lab.results import groups, without_empty_twins
from fmnist_tui.lab.shorthand import shorthand
from fmnist_tui.tui import loading
from fmnist_tui.tui.ask import Ask
from fmnist_tui.tui.editor.draft import Origin
from fmnist_tui.tui.editor.pane import ArchitecturePane
from fmnist_tui.tui.farewell import farewell
from fmnist_tui.tui.help import keys_table
from fmnist_tui.tui.history.pane import HistoryPane
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.palette import command_ids, pane_commands
from fmnist_tui.tui.reader import Reader
from fmnist_tui.tui.settings import read_settings, settings_path
from fmnist_tui.tui.training.messages import RunEnded, TrainerBroke

NOTEBOOK_SECONDS = 2.0
"""How often the notebook is looked at for changes made elsewhere."""


class LabApp(App[None]):
    """A neural-network lab in a terminal."""

    TITLE = "fmnist-tui"

    class Exported(Message):
        """A report was written, or could not be."""

        def __init__(self, words: str, *, failed: bool) -> None:
            super().__init__()
            self.words = words
            self.failed = failed

    def __init__(self, notebook: Path, dataset: DatasetChoice = "auto", directory: Path | None = None) -> None:
        """Prepare the app.

        Args:
            notebook: the notebook's path; the file need not be there.
            dataset: `auto`, `fashion-mnist` or `synthetic`.
            directory: where Fashion-MNIST lies, if not in one of the usual places.
        """
        super().__init__()
        self.main = MainScreen(notebook)
        self.notebook_file = NotebookFile(notebook)
        self.notebook = Notebook()
        self.notebook_problem: str | None = None
        self.dataset_wanted = dataset
        self.directory = directory
        self.data: Dataset | None = None
        self.data_problem: str | None = None
        self.machine = machine()
        self.trained: list[Run] = []
        """What was trained and recorded in this session."""

    def on_mount(self) -> None:
        """Take a person's own settings and show the panes."""
        settings = read_settings(settings_path(), commands=command_ids(), themes=self.available_themes)
        self.set_keymap(dict(settings.keys))
        if settings.theme:
            self.theme = settings.theme
        self.push_screen(self.main)
        for problem in settings.problems:
            self.notify(problem, title="settings", severity="warning", timeout=15, markup=False)

    def on_main_screen_ready(self) -> None:
        """Once the panes stand, read the notebook and load what takes time."""
        self.read_notebook()
        self.set_interval(NOTEBOOK_SECONDS, self.notice_notebook)
        self.main.training.show_state("looking for Fashion-MNIST")
        self.call_after_refresh(self.load)

    # The data and TensorFlow

    @work(thread=True, group="loading", name="data and TensorFlow", exit_on_error=False)
    def load(self) -> None:
        """Load the data, then TensorFlow, saying so as they come."""
        self.post_message(loading.load_dataset(self.dataset_wanted, self.directory, self.post_message))
        self.post_message(loading.load_tensorflow())

    def on_dataset_fetched(self, event: loading.DatasetFetched) -> None:
        """Say how far a download is."""
        self.main.training.show_state(event.words)

    def on_dataset_loaded(self, event: loading.DatasetLoaded) -> None:
        """Take the data; synthetic garments are said so loudly."""
        self.data = event.data
        if event.data.name == "synthetic":
            why = "`fmnist-tui data` says how to get it" if event.data.reason else "as asked for"
            self.main.show_banner(f"SYNTHETIC GARMENTS, not Fashion-MNIST: {why}")
            self.main.training.log_line(event.data.reason or "synthetic garments, drawn by the program itself")
        self.main.training.show_state(f"… loading TensorFlow · {event.data.name} is here")
        self.show_history()

    def on_dataset_missing(self, event: loading.DatasetMissing) -> None:
        """Say what is wrong with the data; all but training works."""
        self.data_problem = event.problem
        self.main.training.show_state("no data to train on")
        self.push_screen(Ask("data", event.problem, {}, error=True))

    def on_tensor_flow_loaded(self) -> None:
        """Say that training can begin at once."""
        if self.data is not None and not self.main.training.runner.busy:
            self.main.training.show_state(f"ready · {self.data.name} · t trains what the editor holds")

    @property
    def dataset_name(self) -> DatasetName:
        """The dataset at hand, or the one that is hoped for."""
        if self.data is not None:
            return self.data.name
        return "synthetic" if self.dataset_wanted == "synthetic" else "fashion-mnist"

    # The notebook

    def read_notebook(self) -> None:
        """Read the notebook and show it; one that cannot be read is told once and never written to."""
        try:
            self.notebook = self.notebook_file.read()
            self.notebook_problem = None
        except NotebookError as error:
            if str(error) != self.notebook_problem:
                self.notebook_problem = str(error)
                self.push_screen(Ask("notebook", f"{error}", {}, error=True))
        self.show_history()

    def notice_notebook(self) -> None:
        """Show what another program or an editor changed in the notebook."""
        if self.is_running and self.notebook_file.changed():
            self.read_notebook()

    def show_history(self) -> None:
        """Show the notebook's experiments in the history."""
        self.main.history.show_groups(without_empty_twins(groups(self.notebook, self.dataset_name)))
        editor = self.main.editor.entrance
        editor.dataset = self.dataset_name
        editor.speed = learn_speed(self.notebook.runs, self.machine)
        if self.notebook_problem:
            self.main.history.say(f"the notebook cannot be read: {self.notebook_problem}")

    # Training

    def action_train(self) -> None:
        """Train what the editor holds, on seeds that are not trained yet."""
        problem = self.notebook_problem or self.data_problem
        if self.data is None or problem:
            self.notify(problem or "the data is still being loaded", severity="warning", markup=False)
            return
        draft = self.main.editor.draft
        try:
            recipe = draft.recipe(self.data.name)
        except ArchitectureError as error:
            self.notify(str(error), severity="warning", markup=False)
            return
        self.main.training.start(self.jobs(recipe, draft.seeds.seed, draft.seeds.repeats), self.data)

    def jobs(self, recipe: Recipe, seed: int, repeats: int) -> tuple[Job, ...]:
        """Return the trainings of a recipe: of the plan with that recipe if there is one, else by its shorthand."""
        same = [group for group in groups(self.notebook, recipe.dataset) if group.recipe == recipe]
        name = same[0].name if same else shorthand(recipe.architecture)
        trained = {run.seed for group in same if group.name == name for run in group.finished}
        queued = {job.seed for job in self.main.training.runner.queued if job.recipe == recipe}
        return tuple(Job(name, recipe, each) for each in untrained_seeds(trained | queued, seed, repeats))

    def on_run_ended(self, event: RunEnded) -> None:
        """Show the result in the history."""
        if not event.problem:
            self.trained.append(event.run)
        self.read_notebook()
        self.main.history.point_at(event.run.experiment, event.run.recipe)
        if event.problem:
            self.push_screen(Ask("not recorded", event.problem, {}, error=True))

    def on_trainer_broke(self, event: TrainerBroke) -> None:
        """Show the error; the app lives on."""
        self.show_error("training", event.error)

    # Over the panes

    def on_history_pane_cloned(self, event: HistoryPane.Cloned) -> None:
        """Take the recipe of an experiment, or of one of its runs, into the editor."""
        name = f"{event.group.name}{f', run {event.run.id}' if event.run else ''}"
        seed = event.run.seed if event.run else None
        self.main.editor.load(Origin(name, event.group.recipe), seed)
        self.main.action_enter("architecture")

    def on_architecture_pane_copied(self, event: ArchitecturePane.Copied) -> None:
        """Put a text on the clipboard of whoever sits at the terminal, and always in a file too."""
        self.copy_to_clipboard(event.text)
        try:
            path = self.notebook_file.run_folder("copied") / event.file_name
            path.write_text(event.text, encoding="utf-8")
        except (OSError, NotebookError) as error:
            self.notify(f"copied, but not to a file: {error}", severity="warning", markup=False)
        else:
            self.notify(f"copied, and written to {path}", markup=False)

    @work(thread=True, group="export", name="export", exit_on_error=False, exclusive=True)
    def action_export(self) -> None:
        """Write the report of all experiments beside the notebook."""
        from fmnist_tui.lab.report.export import write

        path = self.notebook_file.path.with_name("report.md")
        try:
            written = write(groups(self.notebook, self.dataset_name), path, command="the app's export")
        except Mendable as error:
            self.post_message(self.Exported(str(error), failed=True))
        else:
            words = f"written: {path} and {counted(len(written) - 1, 'figure')}"
            self.post_message(self.Exported(words, failed=False))

    def on_lab_app_exported(self, event: Exported) -> None:
        """Say where the report is, or why there is none."""
        self.notify(event.words, severity="warning" if event.failed else "information", markup=False)

    def action_help(self) -> None:
        """Show the keys of the pane in focus, and what it is for."""
        pane = self.main.panes[self.main.current]
        keys = keys_table(self, self.main.active_bindings.values())
        self.push_screen(Reader(f"help: {pane.name_shown}", *pane.explanation(), Text(pane.about + "\n"), keys))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield every command of every pane, then Textual's own."""
        yield from pane_commands(screen)
        yield from super().get_system_commands(screen)

    def show_error(self, where: str, error: BaseException | None) -> None:
        """Show an error that nobody expected; the app lives on."""
        self.log.error(where, error)
        words = f"{type(error).__name__}: {error}" if error else "an unknown error"
        self.push_screen(Ask(f"error in {where}", words, {}, error=True))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what went wrong in a thread."""
        if event.state is WorkerState.ERROR:
            if event.worker.group == "loading":
                self.main.training.show_state("TensorFlow could not be loaded: nothing can be trained")
            self.show_error(event.worker.name, event.worker.error)

    async def action_quit(self) -> None:
        """Leave; while something is trained, ask first."""
        if not self.main.training.runner.busy:
            self.exit()
            return
        answers = {"s": "stop, keep what there is, and leave"}
        self.push_screen(Ask("quit", "A training is running.", answers), self.leave)

    def leave(self, answer: str | None) -> None:
        """Stop the training and leave when it is recorded."""
        if answer == "s":
            self.main.training.runner.drop_waiting()
            self.main.training.runner.control.stop()
            self.set_interval(0.1, self.leave_when_idle)

    def leave_when_idle(self) -> None:
        """Leave once nothing is trained."""
        if not self.main.training.runner.busy:
            self.exit()


def run_app(notebook: Path, dataset: DatasetChoice, directory: Path | None) -> int:
    """Run the app on the terminal, undisturbed; return the exit status."""
    from fmnist_tui.tui.terminal import log_path, undisturbed_terminal

    with undisturbed_terminal(log_path()):
        app = LabApp(notebook, dataset, directory)
        if app.console.color_system == "standard":
            # Sixteen colours: the terminal's own, which its user chose, read better than what is near to ours.
            app.theme = "ansi-dark"
        app.run()
    if words := farewell(app.trained, notebook):
        print(words)  # noqa: T201 - the app is left, this is the normal screen
    return app.return_code or 0
