from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from fmnist_tui.lab.experiments.jobs import Job, jobs_for
from fmnist_tui.lab.records.architecture import ArchitectureError
from fmnist_tui.lab.records.dataset import name_clash, shown_name
from fmnist_tui.lab.toml.reading import Notebook
from fmnist_tui.tui.history.pane import HistoryPane
from fmnist_tui.tui.main_screen import MainScreen

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset


class TrainingStarter:
    """Starts what the editor or the history asks for, or shows why it cannot be trained.

    Args:
        main: the panes.
        notebook: returns the notebook as it was read last.
        problem: returns why it cannot be read, if it cannot.
        loaded_data: returns the dataset, or shows why there is none.
        started: called after jobs were queued.
    """

    def __init__(
        self,
        main: MainScreen,
        notebook: Callable[[], Notebook],
        problem: Callable[[], str | None],
        loaded_data: "Callable[[], Dataset | None]",
        started: Callable[[], object],
    ) -> None:
        self._main = main
        self._notebook = notebook
        self._problem = problem
        self._loaded_data = loaded_data
        self._started = started
        self._warn = partial(main.notify, severity="warning", markup=False)

    def train_draft(self) -> None:
        """Train the network in the editor, with the seeds that are not trained or queued yet."""
        data = self._trainable_data()
        if data is None:
            return
        draft = self._main.editor.draft
        try:
            recipe = draft.recipe(data.name)
        except ArchitectureError as error:
            self._warn(str(error))
            return
        seeds = draft.seeds
        busy = {seed for other, seed in self._main.training.activity.seeds if other == recipe}
        self._start(jobs_for(self._notebook(), recipe, busy, seeds.seed, seeds.repeats), data)

    def train_from_history(self, wanted: HistoryPane.TrainingWanted) -> None:
        data = self._trainable_data()
        if data is None:
            return
        jobs = tuple(job for job in wanted.jobs if job.recipe.dataset == data.name)
        if not jobs:
            needed = shown_name(wanted.jobs[0].recipe.dataset)
            self._warn(f"needs {needed}; loaded data is {shown_name(data.name)}")
            return
        if self._start(jobs, data, ""):
            self._main.training.log_line(wanted.words)
            self._main.history.show_outcome(wanted.words)

    def name_clash(self, data: "Dataset") -> str | None:
        return name_clash(data.name, (run.recipe.dataset for run in self._notebook().runs))

    def _start(self, jobs: tuple[Job, ...], data: "Dataset", *also: str) -> bool:
        """Train jobs unless their plans, or those named in `also`, have a mistake."""
        if mistake := self._notebook().mistake_in([*also, *(job.experiment for job in jobs)]):
            self._main.warnings.refuse(mistake)
            return False
        self._main.training.start(jobs, data)
        self._started()
        return True

    def _trainable_data(self) -> "Dataset | None":
        """Return the dataset if a training could be recorded; otherwise show why not."""
        if problem := self._problem():
            self._warn(problem)
            return None
        data = self._loaded_data()
        if data is not None and (clash := self.name_clash(data)):
            self._warn(clash)
            return None
        return data
