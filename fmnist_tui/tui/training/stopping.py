"""Stop trainings of this program and of others: the question and what each answer does."""

from collections.abc import Sequence
from pathlib import Path

from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.runs.stopping import request_no_more, request_stop
from fmnist_tui.tui.training.runner import Runner
from fmnist_tui.tui.training.watched import Watched

HOW = {"s": "stop now and keep the result so far", "e": "stop at the end of this epoch"}


def stop_question(front: Watched, watched: Sequence[Watched], waiting: int) -> tuple[str, dict[str, str]]:
    """Return the question how to stop, and its answers by letter.

    `front` is the training shown, one of `watched`; `waiting` is the number of jobs queued here.
    """
    answers = dict(HOW)
    question = "Stop the training?"
    if front.training is None:
        question = "Stop the training of another program?"
        answers["a"] = "stop all trainings of other programs, and drop their queues"
    elif more := _more(sum(1 for item in watched if item.training) - 1, waiting):
        answers["a"] = f"stop now, and {more}"
    return question + (f" {front.words}" if len(watched) > 1 else ""), answers


def stop(answer: str | None, front: Watched, watched: Sequence[Watched], runner: Runner) -> None:
    """Stop what an answer to `stop_question` names; None stops nothing.

    Raises:
        RunFolderError: the request to another program could not be written.
    """
    if answer == "a" and front.training:
        stop_all(runner)
    elif answer == "a":
        for folder in (item.folder for item in watched if item.folder):
            request_no_more(folder)
            request_stop(folder, "now")
    elif answer and front.folder:
        stop_elsewhere(answer, front.folder)
    elif answer and front.training:
        control = front.training.control
        control.stop() if answer == "s" else control.stop_at_epoch_end()


def stop_elsewhere(answer: str, folder: Path) -> None:
    """Ask another program to stop a training, by a letter of `HOW`; RunFolderError if the request cannot be written."""
    request_stop(folder, "now" if answer == "s" else "epoch")


def stop_all(runner: Runner, *, at_epoch_end: bool = False) -> None:
    runner.drop_waiting()
    for training in runner.at_work:
        control = training.control
        control.stop_at_epoch_end() if at_epoch_end else control.stop()


def _more(others: int, waiting: int) -> str:
    """Return what `a` stops and drops besides one training; empty for nothing."""
    parts = [f"stop the {counted(others, 'other')} too"] if others > 0 else []
    parts += [f"drop {counted(waiting, 'queued run')}"] if waiting else []
    return " and ".join(parts)
