"""What the training thread tells the screen: few messages, each a whole value."""

from textual.message import Message

from fmnist_tui.lab.plan import Job
from fmnist_tui.lab.records import Run


class JobStarted(Message):
    """A training begins."""

    def __init__(self, job: Job, number: int, total: int) -> None:
        super().__init__()
        self.job = job
        self.number = number
        """Which of the queue it is, from 1."""
        self.total = total


class RunEnded(Message):
    """A training is over, well or not, and stands in the notebook unless `problem` says why not."""

    def __init__(self, run: Run, problem: str | None = None) -> None:
        super().__init__()
        self.run = run
        self.problem = problem


class QueueEnded(Message):
    """Nothing is left to train."""


class TrainerBroke(Message):
    """The training thread met an error that is nobody's fault but the program's."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error
