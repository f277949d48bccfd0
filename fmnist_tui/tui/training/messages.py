"""What the training thread tells the screen: few messages, each a whole value."""

from textual.message import Message

from fmnist_tui.engine.parallel.queue import ActiveRun, Refused
from fmnist_tui.engine.parallel.trainings import Ended
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.pending import Pending


class JobStarted(Message):
    """A training begins."""

    def __init__(self, training: ActiveRun, number: int, total: int) -> None:
        super().__init__()
        self.training = training
        self.number = number
        """Which of the queue it is, from 1."""
        self.total = total


class RunEnded(Message):
    """A training is over, well or not, and stands in the notebook unless `problem` says why not."""

    def __init__(self, ended: Ended) -> None:
        super().__init__()
        self.run: Run = ended.run
        self.recorded = ended.recorded
        """False too for a training that was stopped before its first step: there is nothing to record."""
        self.problem = ended.problem


class Skipped(Message):
    """A job's turn came, and it was not begun."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.job = refused.job
        self.why = refused.why


class NotWritable(Message):
    """The notebook cannot be written, or its folder neither, in which case nothing is trained."""

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem


class QueueEnded(Message):
    """Nothing is left to train."""


class TrainerBroke(Message):
    """The training thread met an error that is nobody's fault but the program's."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class PendingSeen(Message):
    """What the folders of runs that are not recorded tell, since it has changed: at work somewhere, or broken off."""

    def __init__(self, pending: tuple[Pending, ...]) -> None:
        super().__init__()
        self.pending = pending

    def can_replace(self, message: Message) -> bool:
        """Whether an older message of this kind may be dropped: it may."""
        return isinstance(message, PendingSeen)


class News(Message):
    """What a person is to be told once of the notebook's runs, in sentences."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__()
        self.sentences = sentences
