from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.parallel.cluster.connection import PATIENCE, Connection
from fmnist_tui.engine.parallel.cluster.messages import images_message
from fmnist_tui.engine.training.progress import ignore_progress


class Cluster:
    """A Dask cluster by the address of its scheduler, or `local`; connected when it is first needed.

    `notify` gets sentences about the cluster, in the thread that trains.
    """

    def __init__(
        self,
        address: str,
        *,
        notify: Callable[[str], object] = ignore_progress,
        local_workers: int = 0,
        patience: float = PATIENCE,
    ) -> None:
        self.notify = notify
        self._address = address
        self._local_workers = local_workers
        self._patience = patience
        self._inbox: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._connection: Connection | None = None
        self._images: tuple[Dataset, Any] | None = None

    def connect(self) -> Connection:
        """UserError in one line if that fails; a connection that was lost is made again."""
        if self._connection is not None and self._connection.closed:
            self.close()
        if self._connection is None:
            self._connection = Connection(
                self._address,
                lambda topic, message: self._inbox.put((topic, message)),
                local_workers=self._local_workers,
                patience=self._patience,
            )
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._images = None

    def images(self, data: Dataset, address: str) -> Any:
        """Send the images to a worker, unless the cluster has them."""
        if self._images is None or self._images[0] is not data:
            self._images = data, self.connect().scatter(images_message(data), address)
        return self._images[1]

    def forget_images(self) -> None:
        """Send them again when they are needed next."""
        self._images = None

    def put(self, topic: str, message: Any) -> None:
        self._inbox.put((topic, message))

    def next_message(self, wait: float) -> tuple[str, Any] | None:
        """Return a topic of events with a message, or None after `wait` seconds."""
        try:
            return self._inbox.get(timeout=wait) if wait > 0 else self._inbox.get_nowait()
        except Empty:
            return None
