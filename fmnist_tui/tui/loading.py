from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual.message import Message

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.dataset import AUTO, FASHION_MNIST, DatasetChoice, DatasetName
from fmnist_tui.terminal.standard_error import start_resource_tracker
from fmnist_tui.tui.background import Background, Lane

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.download import FetchProgress
    from fmnist_tui.engine.dataset.sources import Dataset


class DatasetLoaded(Message):
    def __init__(self, data: "Dataset") -> None:
        super().__init__()
        self.data = data


class LoadingFailed(Message):
    def __init__(self, problem: str, what: Literal["data", "TensorFlow"] = "data") -> None:
        super().__init__()
        self.problem = problem
        self.what = what


class TensorFlowLoaded(Message):
    """TensorFlow is imported."""


class DatasetFetched(Message):
    """Only the newest message counts."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, DatasetFetched)


def load_what_keys_open() -> None:
    """Import screens in advance, so that no key waits while TensorFlow is imported."""
    import fmnist_tui.lab.experiments.presets
    import fmnist_tui.tui.editor.dialogs  # noqa: F401


def load_dataset(name: DatasetChoice, directory: Path | None, post: Callable[[Message], object]) -> Message:
    """Return a message with the dataset or with what went wrong."""
    from fmnist_tui.engine.dataset.sources import load

    def notify(progress: "FetchProgress") -> None:
        post(DatasetFetched(_words(progress)))

    try:
        return DatasetLoaded(load(name, directory, notify=notify))
    except UserError as error:
        return LoadingFailed(str(error))


def _words(progress: "FetchProgress") -> str:
    share = f"{progress.received / progress.total:.0%}" if progress.total else f"{progress.received:,} bytes"
    return f"downloading {progress.file}: {share}"


def load_tensorflow() -> Message:
    """Return a message that it is loaded, or with why it cannot be."""
    try:
        import fmnist_tui.engine.training.trainer  # noqa: F401 - imported in advance
    except UserError as error:
        return LoadingFailed(str(error), "TensorFlow")
    return TensorFlowLoaded()


class Loader:
    """`post` is called from the loading thread."""

    def __init__(
        self,
        wanted: DatasetChoice,
        directory: Path | None,
        post: Callable[[Message], object],
        background: Background,
    ) -> None:
        self.data: Dataset | None = None
        self.problem: str | None = None
        self._wanted = wanted
        self._directory = directory
        self._post = post
        self._background = background

    @property
    def dataset_name(self) -> DatasetName:
        if self.data is not None:
            return self.data.name
        return FASHION_MNIST if self._wanted == AUTO else self._wanted

    def begin(self) -> None:
        start_resource_tracker()
        self._background.run(Lane.LOADING, self._load)

    def _load(self) -> None:
        load_what_keys_open()
        self._post(load_dataset(self._wanted, self._directory, self._post))
        self._post(load_tensorflow())
