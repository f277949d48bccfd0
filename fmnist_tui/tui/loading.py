"""What is loaded after the first paint, in threads: the data, and TensorFlow itself."""

from collections.abc import Callable
from pathlib import Path

from textual.message import Message

from fmnist_tui.engine.dataset.download import FetchProgress
from fmnist_tui.engine.dataset.errors import DatasetError
from fmnist_tui.engine.dataset.sources import Dataset, load
from fmnist_tui.lab.recipe import DatasetChoice


class DatasetLoaded(Message):
    """The data is here."""

    def __init__(self, data: Dataset) -> None:
        super().__init__()
        self.data = data


class DatasetMissing(Message):
    """There is no data to train on; the sentence says why and how to mend it."""

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem


class TensorFlowLoaded(Message):
    """TensorFlow can be used at once."""


class DatasetFetched(Message):
    """A part of a file is here; only the newest is worth showing."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def can_replace(self, message: Message) -> bool:
        """Whether an older message of this kind may be dropped: it may."""
        return isinstance(message, DatasetFetched)


def load_dataset(name: DatasetChoice, directory: Path | None, post: Callable[[Message], object]) -> Message:
    """Return the data, or why there is none, as a message; a download is told of through `post`."""

    def notify(progress: FetchProgress) -> None:
        post(DatasetFetched(_words(progress)))

    try:
        return DatasetLoaded(load(name, directory, notify=notify))
    except DatasetError as error:
        return DatasetMissing(str(error))


def _words(progress: FetchProgress) -> str:
    share = f"{progress.received / progress.total:.0%}" if progress.total else f"{progress.received:,} bytes"
    return f"downloading {progress.file}: {share}"


def load_tensorflow() -> Message:
    """Import TensorFlow, which takes seconds."""
    import fmnist_tui.engine.trainer  # noqa: F401 - imported to be there when it is needed

    return TensorFlowLoaded()
