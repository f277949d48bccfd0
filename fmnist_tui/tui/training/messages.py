from textual.message import Message

from fmnist_tui.engine.parallel.queue import ActiveRun, Refused
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.pending import PendingRun


class ActivityChanged(Message):
    """What is trained, paused or queued was changed by a key."""


class JobStarted(Message):
    def __init__(self, training: ActiveRun) -> None:
        super().__init__()
        self.training = training


class RunEnded(Message):
    """`problem` says why it could not be recorded."""

    def __init__(self, run: Run, problem: str | None = None) -> None:
        super().__init__()
        self.run = run
        self.problem = problem


class JobSkipped(Message):
    """A job was not begun, or stopped before its first step."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.job = refused.job
        self.why = refused.why


class NotWritable(Message):
    """The notebook cannot be written; if its folder cannot either, nothing is trained."""

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem


class ClusterNoted(Message):
    """A sentence about the cluster that trainings are sent to."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class QueueEnded(Message):
    """Nothing is left to train."""


class PendingSeen(Message):
    """The unrecorded runs, running or interrupted, changed."""

    def __init__(self, pending: tuple[PendingRun, ...]) -> None:
        super().__init__()
        self.pending = pending

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, PendingSeen)


class Interrupted(Message):
    def __init__(self, runs: tuple[Run, ...]) -> None:
        super().__init__()
        self.runs = runs


class News(Message):
    """Sentences to show once."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__()
        self.sentences = sentences
