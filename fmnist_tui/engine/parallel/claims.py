"""What this process has taken on, each training in one step for all programs that train beside the same notebook."""

import shutil
from contextlib import suppress
from pathlib import Path

from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.runs.claim import claim
from fmnist_tui.lab.runs.folder import AtWorkError, RunFolder
from fmnist_tui.lab.runs.liveness import let_go
from fmnist_tui.lab.toml.reading import NotebookError

AT_WORK = "it is being trained already, by another program"
"""Why a job is not begun that somebody is at work at."""


class Claims:
    """The trainings that were taken on and are not recorded yet.

    Args:
        notebook: beside which they are.
        again: whether what was finished is trained once more.
    """

    def __init__(self, notebook: NotebookFile, *, again: bool = False) -> None:
        self._notebook = notebook
        self._again = again
        self._held: dict[str, int] = {}
        """The descriptor of each claim, by the run's id."""

    def take(self, training: ActiveRun) -> str | None:
        """Take a training on, or say why it is not to be begun: it is trained elsewhere, or was meanwhile.

        Where no claim can be written it is begun all the same: its result will be kept as far as that goes.
        """
        try:
            with self._notebook.locked():
                why = self._in_the_way(training.job)
                if why is None:
                    self._held[training.run_id] = claim(self._notebook.run_folder(training.run_id), training.run)
                return why
        except AtWorkError:
            return AT_WORK
        except UserError:
            return self._in_the_way(training.job)

    def let_go(self, run_id: str) -> None:
        """Give up the claim of a run, if there is one: what became of it is recorded, or kept until it can be."""
        if (held := self._held.pop(run_id, None)) is not None:
            let_go(held)

    def close(self) -> None:
        """Give up the claims of all that broke off without a run; what was not begun leaves nothing behind."""
        for run_id in tuple(self._held):
            _forget_unbegun(self._notebook.runs_folder / run_id)
            self.let_go(run_id)

    def _in_the_way(self, job: Job) -> str | None:
        """Return why a job is not to be begun, as it looks by now."""
        self._notebook.ownership.refresh()
        if job.resumes and not self._notebook.ownership.owns(job.resumes):
            return self._notebook.ownership.whose(job.resumes)
        if any(each.alive and job.is_job_of(each.run) for each in self._notebook.pending()):
            return AT_WORK
        try:
            runs = self._notebook.read().runs
        except NotebookError:
            return None  # the result will be kept beside it
        if not self._again and any(job.is_job_of(run) and run.status == "finished" for run in runs):
            return "it was trained meanwhile"
        if any(run.id == job.resumes and run.status != "interrupted" for run in runs):
            return "another program went on with it meanwhile"
        return None


def _forget_unbegun(folder: Path) -> None:
    """Remove the folder of a run that has no epoch: there is nothing to go on with."""
    with suppress(UserError):
        journal = RunFolder(folder).read()
        if journal and not journal.run.curves.epochs:
            shutil.rmtree(folder, ignore_errors=True)
