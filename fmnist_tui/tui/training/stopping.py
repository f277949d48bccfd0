"""Stop, pause and resume trainings of this program and of others: the question, its answers, and the keys."""

from collections.abc import Callable

from textual.widget import Widget

from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.training.progress import Control
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.tui.training.activity import Activity, is_outside
from fmnist_tui.tui.training.messages import ActivityChanged
from fmnist_tui.tui.training.queue_list import job_words
from fmnist_tui.tui.training.runner import Runner
from fmnist_tui.tui.widgets.dialogs import Question, QuestionDialog

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
        from fmnist_tui.engine.parallel.outside import FolderControl

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


def ask_stop_elsewhere(pane: Widget, training: ActiveRun, is_active: Callable[[], bool]) -> None:
    """Ask how to stop a training of another program, as long as it is active; `pane` shows the dialog and notices."""
    job = training.job
    question = f"Stop training seed {job.seed} of {visible(job.experiment, 40)} in another program?"

    def stop_as_answered(answer: str | None) -> None:
        if answer is not None:
            try:
                stop_one(answer, training.control)
            except UserError as error:
                pane.notify(str(error), severity="warning", markup=False)

    def renew() -> Question | None:
        return (question, HOW) if is_active() else None

    pane.app.push_screen(QuestionDialog("stop", question, HOW, renew=renew), stop_as_answered)


class StopAndPause:
    """Does what the keys ask; `pane` shows dialogs and notices, `changed` is called after each change."""

    def __init__(
        self, pane: Widget, runner: Runner, activity: Callable[[], Activity], changed: Callable[[], object]
    ) -> None:
        self._pane = pane
        self._runner = runner
        self._activity = activity
        self._changed = changed

    def ask_stop(self, front: ActiveRun | None) -> None:
        if front is None:
            self._pane.notify("nothing is being trained")
            return

        def question() -> Question | None:
            activity = self._activity()
            now = activity.find(front.run_id)
            return stop_question(now, activity, len(self._runner.waiting)) if now else None

        def stop_as_answered(answer: str | None) -> None:
            activity = self._activity()
            now = activity.find(front.run_id)
            if answer is None or now is None:
                return
            try:
                stop(answer, now, activity, self._runner)
            except UserError as error:
                self._pane.notify(str(error), severity="warning", markup=False)
            self._show()

        now = stop_question(front, self._activity(), len(self._runner.waiting))
        self._pane.app.push_screen(QuestionDialog("stop", *now, renew=question), stop_as_answered)

    def pause_or_resume(self, front: ActiveRun | None) -> None:
        """Pause the trainings of this program or those of others, whichever `front` is of; resume paused ones."""
        if front is None:
            self._pane.notify("nothing is being trained")
            return
        controls = [each.control for each in self._activity().active if is_outside(each) == is_outside(front)]
        resuming = any(control.paused for control in controls)
        try:
            for control in controls:
                control.resume() if resuming else control.pause()
        except UserError as error:
            self._pane.notify(str(error), severity="warning", markup=False)
        self._show()

    def _show(self) -> None:
        self._changed()
        self._pane.post_message(ActivityChanged())


def keys_in_border(front: ActiveRun | None, activity: Activity) -> str:
    """Return the keys that work on the trainings: `p pauses · s stops · Q queue`; empty without one."""
    active = activity.active
    if not active:
        return ""
    controls = [each.control for each in active if is_outside(each) == is_outside(front or active[0])]
    keys = []
    if any(control.paused for control in controls):
        keys.append("p resumes")
    elif any(not control.stopping for control in controls):
        keys.append("p pauses")
    keys.append("s stops")
    if len(active) > 1:
        keys.append("w shows the next")
    if activity.waiting:
        keys.append("Q shows the queue")
    return " · ".join(keys)


def _more(others: int, waiting: int) -> str:
    parts = [f"stop the {counted(others, 'other')} too"] if others > 0 else []
    parts += [f"drop {counted(waiting, 'queued run')}"] if waiting else []
    return " and ".join(parts)
