"""Which ways there are to stop what is trained, here and by other programs, and what each of them does."""

from collections.abc import Sequence
from pathlib import Path

from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.runs.stopping import request_no_more, request_stop
from fmnist_tui.tui.training.runner import Runner
from fmnist_tui.tui.training.watched import Watched

HOW = {"s": "stop now and keep what there is", "e": "stop at the end of this epoch"}
"""The ways to stop one training, by their letters."""


def stop_question(front: Watched, watched: Sequence[Watched], waiting: int) -> tuple[str, dict[str, str]]:
    """Return the question how to stop, and its answers by their letters.

    Args:
        front: the training that is meant first.
        watched: all that are at work, here and elsewhere, that one included.
        waiting: how many wait here.
    """
    answers = dict(HOW)
    question = "Stop the training?"
    if front.training is None:
        question = "Stop the training of another program?"
        answers["a"] = "stop all that other programs train here, and what waits behind it"
    elif more := _more(sum(1 for each in watched if each.training) - 1, waiting):
        answers["a"] = f"stop now, and {more}"
    return question + (f" {front.words}" if len(watched) > 1 else ""), answers


def stop(answer: str | None, front: Watched, watched: Sequence[Watched], runner: Runner) -> None:
    """Stop what an answer to `stop_question` means; None stops nothing.

    Raises:
        RunFolderError: another program that cannot be told.
    """
    if answer == "a" and front.training:
        stop_all(runner)
    elif answer == "a":
        for folder in (each.folder for each in watched if each.folder):
            request_no_more(folder)
            request_stop(folder, "now")
    elif answer and front.folder:
        stop_elsewhere(answer, front.folder)
    elif answer and front.training:
        control = front.training.control
        control.stop() if answer == "s" else control.stop_at_epoch_end()


def stop_elsewhere(answer: str, folder: Path) -> None:
    """Stop another program's training, in a way of `HOW`; RunFolderError where it cannot be told."""
    request_stop(folder, "now" if answer == "s" else "epoch")


def stop_all(runner: Runner) -> None:
    """Stop at the next step what is trained here, and drop what waits."""
    runner.drop_waiting()
    for training in runner.at_work:
        training.control.stop()


def _more(others: int, waiting: int) -> str:
    """Return what may be stopped and dropped besides one training; empty for nothing."""
    parts = [f"stop the {counted(others, 'other')} too"] if others > 0 else []
    parts += [f"drop the {waiting} waiting"] if waiting else []
    return " and ".join(parts)
