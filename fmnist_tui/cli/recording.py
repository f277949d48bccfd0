"""Trainings from the command line, printed as they end; recorded they are by the engine."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from fmnist_tui.cli.interrupts import soft_stop
from fmnist_tui.cli.output import json_line, say_lines, tell
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.outcome import outcome
from fmnist_tui.lab.records.run import Run
from fmnist_tui.terminal.hangup import Line

if TYPE_CHECKING:
    from fmnist_tui.engine.parallel.queue import Queue
    from fmnist_tui.engine.parallel.trainings import Trainings


def record_all(jobs: Sequence[Job], queue: "Queue", trainings: "Trainings", line: Line, *, as_json: bool) -> int:
    """Train what waits, printing each run as it ends; return the exit status.

    A run that cannot be recorded is told at once, with where it is kept, and the others go on.

    Args:
        jobs: what is trained, in the order in which it is told as a document.
        queue: the same, in the order in which it is begun.
        trainings: how.
        line: where it is printed, as long as there is somebody to read.
        as_json: whether all runs are printed as one document.
    """
    from fmnist_tui.cli.progress import training_bars
    from fmnist_tui.engine.parallel.trainings import Ended
    from fmnist_tui.lab.notebook.as_json import run_json

    runs: list[Run] = []
    unrecorded = False
    with (
        interrupts(queue) as interrupted,
        training_bars(len(jobs)) as bars,
        closing(trainings.of(queue, bars.show)) as told,
    ):
        for each in told:
            if isinstance(each, Ended):
                bars.end(each.run.id)
            with bars.out_of_the_way():
                if not isinstance(each, Ended):
                    _note(f"{visible(each.job.experiment, 40)} seed {each.job.seed} is left out: {each.why}", line)
                elif each.problem:
                    unrecorded = True
                    _note(each.problem, line)
                elif not each.recorded:
                    who = f"{visible(each.run.experiment, 40)} seed {each.run.seed}"
                    _note(f"{who}: {each.run.reason}; not recorded", line)
                else:
                    runs.append(each.run)
                    if not as_json:
                        _print(result_line(each.run), line)
    if as_json:
        in_order = [run_json(run) for job in jobs for run in runs if job.is_job_of(run)]
        _print(json_line(in_order), line)
    if unrecorded:
        return 2
    if status := interrupted():
        return status
    return 1 if any(each.status in ("failed", "interrupted") for each in runs) else 0


def _print(words: str, line: Line) -> None:
    """Write a line on standard output; once the terminal is gone, whatever reads it may be gone as well."""
    try:
        say_lines(f"{words}\n")
    except OSError:
        if not line.dropped:
            raise


def _note(words: str, line: Line) -> None:
    try:
        tell(words)
    except OSError:
        if not line.dropped:
            raise


def result_line(run: Run) -> str:
    """Return a run's result as a line for a person."""
    head = f"{run.id}  {visible(run.experiment, 40)}  seed {run.seed}  {outcome(run)}"
    if run.test:
        head += f"  test accuracy {fixed(run.test.accuracy, 4)}  loss {fixed(run.test.loss, 4)}"
    return f"{head}  {run.parameters:,} parameters  {fixed(run.seconds, 1)} s"


@contextmanager
def interrupts(queue: "Queue") -> Iterator[Callable[[], int]]:
    """Let the first Ctrl-C or SIGTERM stop the trainings softly; a second one ends the program, which says so.

    Yields:
        A function that returns the exit status that the signal asks for, 0 while none came.
    """
    try:
        with soft_stop(queue.stop) as status:
            yield status
    except KeyboardInterrupt:
        tell("left at once; the epochs that were finished are kept, as interrupted")
        raise
