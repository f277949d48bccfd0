"""What is loaded after the first paint, in a thread: screens that keys open, the dataset, TensorFlow."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from textual.message import Message

from fmnist_tui.lab.gc_pauses import freeze_gc, gc_paused
from fmnist_tui.lab.records.recipe import DatasetChoice, DatasetName
from fmnist_tui.terminal.standard_error import start_resource_tracker

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.download import FetchProgress
    from fmnist_tui.engine.dataset.sources import Dataset


class DatasetLoaded(Message):
    """The dataset is loaded."""

    def __init__(self, data: "Dataset") -> None:
        super().__init__()
        self.data = data


class DatasetMissing(Message):
    """There is no dataset to train on; `problem` says why and how to mend it."""

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem


class TensorFlowLoaded(Message):
    """TensorFlow can be used at once."""


class LoadingFailed(Message):
    """An unexpected error while the dataset or TensorFlow was loaded."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class DatasetFetched(Message):
    """How far a download is; only the newest message counts."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def can_replace(self, message: Message) -> bool:
        """Replace an older one that waits."""
        return isinstance(message, DatasetFetched)


def load_what_keys_open() -> None:
    """Import the screens that keys open, so that no key waits for them while TensorFlow is imported."""
    import fmnist_tui.lab.experiments.presets
    import fmnist_tui.tui.editor.add_layer
    import fmnist_tui.tui.editor.changes
    import fmnist_tui.tui.editor.explaining
    import fmnist_tui.tui.editor.shorthand_line  # noqa: F401


def load_dataset(name: DatasetChoice, directory: Path | None, post: Callable[[Message], object]) -> Message:
    """Return the dataset, or why there is none, as a message; `post` takes the progress of a download."""
    from fmnist_tui.engine.dataset.errors import DatasetError
    from fmnist_tui.engine.dataset.sources import load

    def notify(progress: "FetchProgress") -> None:
        post(DatasetFetched(_words(progress)))

    try:
        return DatasetLoaded(load(name, directory, notify=notify))
    except DatasetError as error:
        return DatasetMissing(str(error))


def _words(progress: "FetchProgress") -> str:
    share = f"{progress.received / progress.total:.0%}" if progress.total else f"{progress.received:,} bytes"
    return f"downloading {progress.file}: {share}"


def load_tensorflow() -> Message:
    """Import TensorFlow, which takes seconds."""
    with gc_paused():
        import fmnist_tui.engine.training.trainer  # noqa: F401 - imported to be there when it is needed

        freeze_gc()

    return TensorFlowLoaded()


class Loader:
    """Loads what the screen is drawn without, in a thread.

    Args:
        wanted: the dataset that a person asked for.
        directory: where Fashion-MNIST lies, if not in one of the usual places.
        post: takes what is loaded, as messages; must be callable from any thread.
    """

    def __init__(self, wanted: DatasetChoice, directory: Path | None, post: Callable[[Message], object]) -> None:
        self.data: Dataset | None = None
        """The loaded dataset."""
        self.problem: str | None = None
        """Why there is no dataset, and how to mend it."""
        self._wanted = wanted
        self._directory = directory
        self._post = post

    @property
    def dataset_name(self) -> DatasetName:
        """The loaded dataset, or the one that is expected."""
        if self.data is not None:
            return self.data.name
        return "synthetic" if self._wanted == "synthetic" else "fashion-mnist"

    def begin(self) -> None:
        """Load the dataset and TensorFlow in a thread."""
        start_resource_tracker()
        # A daemon thread, not one of Textual's workers, which leaving would wait for: TensorFlow takes seconds.
        Thread(target=self._load, name="loading", daemon=True).start()

    def _load(self) -> None:
        """Load what keys open, the dataset, then TensorFlow, and post each as it comes; runs in the thread."""
        try:
            load_what_keys_open()
            self._post(load_dataset(self._wanted, self._directory, self._post))
            self._post(load_tensorflow())
        except Exception as error:
            self._post(LoadingFailed(error))
