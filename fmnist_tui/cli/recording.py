import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from fmnist_tui.cli.output import json_line, say_lines, tell
from fmnist_tui.cli.reading import resume_words
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job, seed_name
from fmnist_tui.lab.fields.results import TEST_ACCURACY, TEST_LOSS, VAL_ACCURACY
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.run import Run, outcome
from fmnist_tui.terminal.hangup import TerminalConnection

if TYPE_CHECKING:
    from fmnist_tui.engine.parallel.cluster.cluster import Cluster
    from fmnist_tui.engine.parallel.queue import Queue
    from fmnist_tui.engine.parallel.trainings import Trainings
    from fmnist_tui.engine.profile import Profile


SECONDS_TO_END = 5.0
"""Time in which the program should end after a second signal; meanwhile more signals change nothing."""


@contextmanager
def stop_on_signal(
    stop: Callable[[], object] | None = None, signals: tuple[signal.Signals, ...] = (signal.SIGINT, signal.SIGTERM)
) -> Iterator[Callable[[], int]]:
    """Let the first signal call `stop`; a second one raises KeyboardInterrupt, once.

    After it the handlers stay: a third signal in the midst of the clean-up would leave it half done. If the program is
    still there after `SECONDS_TO_END`, a signal ends it at once.

    A SIGHUP that is ignored, as under nohup, stays so. Yields a function that returns the exit status for the signal, 0
    while none came.
    """
    status = 0
    ending_since: float | None = None

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal status, ending_since
        if ending_since is not None:
            if time.monotonic() > ending_since + SECONDS_TO_END:
                os._exit(status)
        elif status:
            ending_since = time.monotonic()
            raise KeyboardInterrupt
        else:
            status = 128 + number
            if stop is not None:
                stop()

    ignored = {signal.SIGHUP} if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else set()
    before = {each: signal.signal(each, handle) for each in signals if each not in ignored}
    try:
        yield lambda: status
    finally:
        if ending_since is None:
            for each, handler in before.items():
                signal.signal(each, handler)


def train_and_print(
    jobs: Sequence[Job],
    queue: "Queue",
    trainings: "Trainings",
    line: TerminalConnection,
    *,
    as_json: bool,
    means: bool = False,
    cluster: "Cluster | None" = None,
    profile: "Profile | None" = None,
) -> int:
    """Train the queued jobs, printing each run as it ends; return the exit status.

    A run that cannot be recorded is reported at once, with where its results are kept; the others continue. The JSON
    document has the order of `jobs`; `means` ends with the means of one experiment. A `profile` is shown with each run;
    what a `cluster` has to say is printed too.
    """
    from fmnist_tui.cli.progress import training_bars
    from fmnist_tui.engine.parallel.queue import Refused
    from fmnist_tui.lab.notebook.unrecorded import run_json

    runs: list[Run] = []
    profiles: dict[str, dict[str, float]] = {}
    unrecorded = unread = False
    with (
        interrupts(queue) as interrupted,
        training_bars(len(jobs), line) as bars,
        closing(trainings.of(queue, bars.show)) as results,
    ):

        def notify(sentence: str) -> None:
            with bars.out_of_the_way():
                _note(sentence, line)

        if cluster is not None:
            cluster.notify = notify
        for result in results:
            bars.keep_only({training.run_id for training in queue.active})
            with bars.out_of_the_way():
                if not isinstance(result, Refused):
                    runs.append(result)
                    words = result_line(result)
                    if profile is not None:
                        seconds = profiles[result.id] = profile.take()
                        words += f"\n{profile_table(seconds)}"
                    if not as_json and not _print(words, line):
                        unread = True
                elif result.run:
                    unrecorded = True
                    _note(result.why, line)
                else:
                    _note(f"{seed_name(result.job)} is left out: {result.why}", line)
    if means and not as_json and (words := means_line(runs)) and not _print(words, line):
        unread = True
    if as_json:
        in_order = [
            run_json(run) | ({"profile": _milliseconds(profiles[run.id])} if run.id in profiles else {})
            for job in jobs
            for run in runs
            if job.is_job_of(run)
        ]
        unread = not _print(json_line(in_order), line)
    status = _status(runs, interrupted(), unrecorded=unrecorded)
    if count := sum(run.status == "interrupted" for run in runs):
        _note(f"{counted(count, 'training')} interrupted; {resume_words(count)}", line)
    if unread:
        tell("standard output was closed before all was printed; what was trained is recorded: see `fmnist-tui list`")
        return status or 2
    return status


def _status(runs: Sequence[Run], interrupted: int, *, unrecorded: bool) -> int:
    if unrecorded:
        return 2
    return interrupted or int(any(each.status in ("failed", "interrupted") for each in runs))


def _print(words: str, line: TerminalConnection) -> bool:
    """Return false if the reader is gone, but not if the terminal is, where nobody is expected to read."""
    try:
        say_lines(f"{words}\n")
        sys.stdout.flush()
    except OSError:
        return line.dropped
    return True


def _note(words: str, line: TerminalConnection) -> None:
    try:
        tell(words)
    except OSError:
        if not line.dropped:
            raise


def result_line(run: Run) -> str:
    head = f"{run.id}  {visible(run.experiment, 40)}  seed {run.seed}  {outcome(run)}"
    if run.test:
        head += f"  test accuracy {fixed(run.test.accuracy, 4)}  loss {fixed(run.test.loss, 4)}"
    return f"{head}  {run.parameters:,} parameters  {fixed(run.seconds, 1)} s"


PROFILE_WORDS = {
    "import": "Python, this program and TensorFlow",
    "data": "finding, reading and checking the images",
    "compile": "building the network, and its first step, which compiles it",
    "epochs": "training",
    "validation": "after each epoch; the first is compiled too",
    "test": "the last epoch, and the best",
    "record": "journal, checkpoint, weights and notebook",
    "rest": "all else",
    "whole": "",
}


def profile_table(seconds: Mapping[str, float]) -> str:
    """Return a line for each part of a training's seconds; they add up to the whole."""
    whole = seconds["whole"] or 1.0
    return "\n".join(
        f"  {part:<10} {seconds[part]:>8.2f} s {seconds[part] / whole:>5.0%}  {words}".rstrip()
        for part, words in PROFILE_WORDS.items()
    )


def _milliseconds(seconds: Mapping[str, float]) -> dict[str, float]:
    return {part: round(each, 3) for part, each in seconds.items()}


def means_line(runs: Sequence[Run]) -> str:
    """Return the means of one experiment's runs; empty below two finished runs."""
    group = Group(runs[0].experiment, runs[0].recipe, tuple(runs)) if runs else None
    if group is None or len(group.finished) < 2:
        return ""
    means = "  ".join(f"{metric.words} {metric.show(group)}" for metric in SUMMARIZED if metric.values(group))
    return f"{visible(group.name, 40)}  mean ±sd of {len(group.finished)} runs: {means}"


SUMMARIZED = (VAL_ACCURACY, TEST_ACCURACY, TEST_LOSS)


STOPPED_AT_ONCE = "stopped at once; finished epochs are kept, as an interrupted run; `fmnist-tui run` resumes it"


@contextmanager
def interrupts(queue: "Queue") -> Iterator[Callable[[], int]]:
    """Let the first Ctrl-C or SIGTERM stop the trainings softly; a second one ends the program with a message."""
    try:
        with stop_on_signal(queue.stop) as status:
            yield status
    except KeyboardInterrupt:
        tell(STOPPED_AT_ONCE)
        raise
