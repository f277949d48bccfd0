"""Claims: which trainings this process has taken, so that two programs never train the same job."""

import shutil
from contextlib import suppress
from pathlib import Path

from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.runs.claim import claim
from fmnist_tui.lab.runs.folder import AlreadyTrainingError, RunFolder
from fmnist_tui.lab.runs.liveness import release_lock
from fmnist_tui.lab.toml.reading import NotebookError

TRAINED_ELSEWHERE = "it is being trained already, by another program"
"""Reason to refuse a job that another program is training."""


class Claims:
    """The claimed trainings that are not recorded yet; `again` allows finished jobs."""

    def __init__(self, notebook: NotebookFile, *, again: bool = False) -> None:
        self._notebook = notebook
        self._again = again
        self._held: dict[str, int] = {}

    def take(self, training: ActiveRun) -> str | None:
        """Claim a training, or return why not: another program is training it or has finished it.

        If the claim cannot be written, the training may begin without one.
        """
        try:
            with self._notebook.locked():
                why = self._obstacle(training.job)
                if why is None:
                    self._held[training.run_id] = claim(self._notebook.run_folder(training.run_id), training.run)
                return why
        except AlreadyTrainingError:
            return TRAINED_ELSEWHERE
        except UserError:
            return self._obstacle(training.job)

    def release_lock(self, run_id: str) -> None:
        """Release the claim of a run that is recorded or saved, if there is one."""
        if (held := self._held.pop(run_id, None)) is not None:
            release_lock(held)

    def close(self) -> None:
        """Release all claims; folders of runs without an epoch are removed."""
        for run_id in tuple(self._held):
            _forget_unbegun(self._notebook.runs_folder / run_id)
            self.release_lock(run_id)

    def _obstacle(self, job: Job) -> str | None:
        self._notebook.ownership.refresh()
        if job.resumes and not self._notebook.ownership.owns(job.resumes):
            return self._notebook.ownership.whose(job.resumes)
        if any(run.alive and job.is_job_of(run.run) for run in self._notebook.pending()):
            return TRAINED_ELSEWHERE
        try:
            runs = self._notebook.read().runs
        except NotebookError:
            return None  # the result will be saved beside it
        if not self._again and any(job.is_job_of(run) and run.status == "finished" for run in runs):
            return "it was trained meanwhile"
        if any(run.id == job.resumes and run.status != "interrupted" for run in runs):
            return "another program resumed it meanwhile"
        return None


def _forget_unbegun(folder: Path) -> None:
    with suppress(UserError):
        journal = RunFolder(folder).read()
        if journal and not journal.run.curves.epochs:
            shutil.rmtree(folder, ignore_errors=True)
