"""Trainings from the command line: in this process or side by side, recorded and printed as they end."""

import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from fmnist_tui.lab.notebook.file import NotebookFile, new_id
from fmnist_tui.lab.notebook.reading import NotebookError
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.plan import Job
from fmnist_tui.lab.records import Run

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset
    from fmnist_tui.engine.progress import Control, Progress


@dataclass(frozen=True, slots=True)
class Trainings:
    """What a command is to train, and how."""

    jobs: Sequence[Job]
    data: "Dataset"
    directory: Path | None
    """Where the data were found, if a person said where."""
    notebook: NotebookFile
    at_once: int
    save_model: bool

    def begin(self, show: "Callable[[Job, Progress], None]", control: "Control") -> Generator[Run, None, None]:
        """Yield each run as it ends, until all have or `control` says stop."""
        if min(self.at_once, len(self.jobs)) > 1:
            from fmnist_tui.engine.sweep import sweep
            from fmnist_tui.engine.worker import Source, WorkerProcess

            source = Source(self.data.name, self.directory and self.directory.absolute())
            return sweep(
                self.jobs,
                source,
                make_executor=WorkerProcess,
                workers=self.at_once,
                show=show,
                control=control,
                model_path=self._model_path,
            )
        return self._one_by_one(show, control)

    def _one_by_one(self, show: "Callable[[Job, Progress], None]", control: "Control") -> Generator[Run, None, None]:
        """Train in this process, with all its cores."""
        from fmnist_tui.engine.progress import Phase, Progress
        from fmnist_tui.engine.workbench import Workbench

        workbench = Workbench()
        for job in self.jobs:
            if control.stopping:
                return
            show(job, Progress(Phase.LOADING, job.recipe.training.epochs))
            from fmnist_tui.engine.trainer import train as train_job

            run_id = new_id()
            yield train_job(
                job.recipe,
                job.seed,
                self.data,
                experiment=job.experiment,
                run_id=run_id,
                sink=partial(show, job),
                control=control,
                model_path=self._model_path(run_id),
                workbench=workbench,
            )

    def _model_path(self, run_id: str) -> Path | None:
        return self.notebook.run_folder(run_id) / "model.keras" if self.save_model else None


def record_all(trainings: Trainings, *, as_json: bool) -> int:
    """Train, recording and printing each run as it ends; return the exit status."""
    import json

    from fmnist_tui.cli.progress import training_bars
    from fmnist_tui.engine.progress import Control
    from fmnist_tui.lab.notebook.as_json import run_json

    runs: dict[Job, Run] = {}
    control, unwritten = Control(), None
    with (
        interrupts(control) as interrupted,
        training_bars(len(trainings.jobs)) as bars,
        closing(trainings.begin(bars.show, control)) as ended,
    ):
        for run in ended:
            job = Job(run.experiment, run.recipe, run.seed)
            bars.end(job)
            try:
                trainings.notebook.append_run(run)
            except NotebookError as error:
                unwritten = error
                control.stop()  # but whatever else is at work may yet be recorded
                continue
            runs[job] = run
            if not as_json:
                typer.echo(_line(run))
    if unwritten:
        raise unwritten
    if as_json:
        in_order = [run_json(runs[job]) for job in trainings.jobs if job in runs]
        typer.echo(json.dumps(in_order, ensure_ascii=False))
    if status := interrupted():
        return status
    return 1 if any(each.status == "failed" for each in runs.values()) else 0


def _line(run: Run) -> str:
    """Return a run's result as a line for a person."""
    head = f"{run.id}  {visible(run.experiment, 40)}  seed {run.seed}  {run.status}"
    if run.reason:
        head += f": {visible(run.reason)}"
    if run.test:
        head += f"  test accuracy {run.test.accuracy:.4f}  loss {run.test.loss:.4f}"
    return f"{head}  {run.parameters:,} parameters  {run.seconds:.1f} s"


@contextmanager
def interrupts(control: "Control") -> Iterator[Callable[[], int]]:
    """Let the first Ctrl-C or SIGTERM stop the training softly; a second one ends the program.

    Yields:
        A function that returns the exit status that the signal asks for, 0 while none came.
    """
    status = 0

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal status
        if status:
            raise KeyboardInterrupt
        status = 128 + number
        control.stop()

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: status
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
