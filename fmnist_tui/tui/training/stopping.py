from collections.abc import Sequence

from fmnist_tui.engine.parallel.outside import FolderControl
from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.training.progress import Control
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.tui.training.activity import Activity, is_outside
from fmnist_tui.tui.training.queue_list import job_words
from fmnist_tui.tui.training.runner import Runner

HOW = {"s": "stop now and keep the result so far", "e": "stop at the end of this epoch"}


def stop_question(front: ActiveRun, activity: Activity, waiting: int) -> tuple[str, dict[str, str]]:
    """Return the question and its answers by letter; `waiting` jobs are queued here."""
    answers = dict(HOW)
    question = "Stop the training?"
    if is_outside(front):
        question = "Stop the training of another program?"
        answers["a"] = "stop all trainings of other programs, and drop their queues"
    elif more := _more(sum(not is_outside(training) for training in activity.active) - 1, waiting):
        answers["a"] = f"stop now, and {more}"
    return question + (f" {job_words(front.job)}" if len(activity.active) > 1 else ""), answers


def stop(answer: str, front: ActiveRun, activity: Activity, runner: Runner) -> None:
    """Stop what an answer to `stop_question` names; RunFolderError if a request elsewhere cannot be written."""
    if answer != "a":
        stop_one(answer, front.control)
    elif is_outside(front):
        for control in (training.control for training in activity.active):
            if isinstance(control, FolderControl):
                control.drop_queue()
                control.stop()
    else:
        stop_all(runner)


def stop_one(answer: str, control: Control) -> None:
    """Stop a training by a letter of `HOW`; RunFolderError as for `stop`."""
    if answer == "s":
        control.stop()
    else:
        control.stop_at_epoch_end()


def stop_all(runner: Runner, *, at_epoch_end: bool = False) -> None:
    runner.drop_waiting()
    for training in runner.active:
        control = training.control
        control.stop_at_epoch_end() if at_epoch_end else control.stop()


def keys_in_border(active: Sequence[ActiveRun]) -> str:
    controls = [training.control for training in active if training.control.can_pause]
    keys = []
    if any(control.paused for control in controls):
        keys.append("p resumes")
    elif any(not control.stopping for control in controls):
        keys.append("p pauses")
    if active:
        keys.append("s stops")
    if len(active) > 1:
        keys.append("w shows the next")
    return " · ".join(keys)


def _more(others: int, waiting: int) -> str:
    parts = [f"stop the {counted(others, 'other')} too"] if others > 0 else []
    parts += [f"drop {counted(waiting, 'queued run')}"] if waiting else []
    return " and ".join(parts)
