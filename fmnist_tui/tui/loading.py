"""What is loaded after the first paint, in a thread: what keys open, the data, and TensorFlow itself."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from textual.app import App
from textual.message import Message

from fmnist_tui.lab.collecting import spare_what_is_there, uncollected
from fmnist_tui.lab.recipe import DatasetChoice, DatasetName
from fmnist_tui.tui.ask import Ask
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.terminal import start_resource_tracker

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.download import FetchProgress
    from fmnist_tui.engine.dataset.sources import Dataset


class DatasetLoaded(Message):
    """The data is here."""

    def __init__(self, data: "Dataset") -> None:
        super().__init__()
        self.data = data


class DatasetMissing(Message):
    """There is no data to train on; the sentence says why and how to mend it."""

    def __init__(self, problem: str) -> None:
        super().__init__()
        self.problem = problem


class TensorFlowLoaded(Message):
    """TensorFlow can be used at once."""


class LoadingBroke(Message):
    """The data or TensorFlow could not be loaded, by an error that nobody expected."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class DatasetFetched(Message):
    """A part of a file is here; only the newest is worth showing."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def can_replace(self, message: Message) -> bool:
        """Whether an older message of this kind may be dropped: it may."""
        return isinstance(message, DatasetFetched)


def load_what_keys_open() -> None:
    """Import what the panes were drawn without, lest the first key that opens it wait while TensorFlow is imported."""
    import fmnist_tui.lab.presets
    import fmnist_tui.tui.editor.add_layer
    import fmnist_tui.tui.editor.changes
    import fmnist_tui.tui.editor.explaining
    import fmnist_tui.tui.editor.shorthand_line  # noqa: F401


def load_dataset(name: DatasetChoice, directory: Path | None, post: Callable[[Message], object]) -> Message:
    """Return the data, or why there is none, as a message; a download is told of through `post`."""

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
    with uncollected():
        import fmnist_tui.engine.trainer  # noqa: F401 - imported to be there when it is needed

        spare_what_is_there()

    return TensorFlowLoaded()


class Loading(App[None]):
    """An app that is drawn first, and gets its data and TensorFlow then."""

    main: MainScreen
    dataset_wanted: DatasetChoice
    directory: Path | None
    """Where Fashion-MNIST lies, if not in one of the usual places."""
    data: "Dataset | None" = None
    data_problem: str | None = None
    """Why there are no data, and how to mend it."""

    def read_notebook(self) -> None:
        """Read the notebook and show it, on the dataset at hand."""
        raise NotImplementedError

    def show_error(self, where: str, error: BaseException | None) -> None:
        """Show an error that nobody expected; the app lives on."""
        raise NotImplementedError

    def begin_loading(self) -> None:
        """Load the data and TensorFlow in a thread."""
        start_resource_tracker()
        # A daemon's, and none of Textual's workers, for it would wait for them on leaving: TensorFlow takes seconds.
        Thread(target=self._load, name="loading", daemon=True).start()

    def _load(self) -> None:
        """Load what keys open, the data, then TensorFlow, saying so as they come; the thread's own."""
        try:
            load_what_keys_open()
            self.post_from_thread(load_dataset(self.dataset_wanted, self.directory, self.post_from_thread))
            self.post_from_thread(load_tensorflow())
        except Exception as error:
            self.post_from_thread(LoadingBroke(error))

    def post_from_thread(self, message: Message) -> None:
        """Take a message from a thread, unless the app is being left."""
        if self.is_running:
            with suppress(RuntimeError):  # it was left in this very moment, and its event loop is closed
                self.post_message(message)

    def on_loading_broke(self, event: LoadingBroke) -> None:
        """Show what went wrong; all but training works."""
        self.main.training.show_state("TensorFlow could not be loaded: nothing can be trained")
        self.show_error("data and TensorFlow", event.error)

    def on_dataset_fetched(self, event: DatasetFetched) -> None:
        """Say how far a download is."""
        self.main.training.show_state(event.words)

    def on_dataset_loaded(self, event: DatasetLoaded) -> None:
        """Take the data; synthetic garments are said so loudly."""
        self.data = event.data
        if event.data.name == "synthetic":
            why = "`fmnist-tui data` says how to get it" if event.data.reason else "as asked for"
            self.main.show_banner(f"SYNTHETIC GARMENTS, not Fashion-MNIST: {why}")
            self.main.training.log_line(event.data.reason or "synthetic garments, drawn by the program itself")
        self.main.training.show_state(f"… loading TensorFlow · {event.data.name} is here")
        self.main.history.data = event.data
        self.read_notebook()

    def on_dataset_missing(self, event: DatasetMissing) -> None:
        """Say what is wrong with the data; all but training works."""
        self.data_problem = event.problem
        self.main.training.show_state("no data to train on")
        self.push_screen(Ask("data", event.problem, {}, error=True))

    def on_tensor_flow_loaded(self) -> None:
        """Say that training can begin at once."""
        if self.data is not None and not self.main.training.runner.busy:
            self.main.training.show_state(f"ready · {self.data.name} · t trains what the editor holds")

    @property
    def dataset_name(self) -> DatasetName:
        """The dataset at hand, or the one that is hoped for."""
        if self.data is not None:
            return self.data.name
        return "synthetic" if self.dataset_wanted == "synthetic" else "fashion-mnist"

    def loaded_data(self) -> "Dataset | None":
        """Return the data, or say why they are not there."""
        if self.data is None:
            self.notify(self.data_problem or "the data is still being loaded", severity="warning", markup=False)
        return self.data
