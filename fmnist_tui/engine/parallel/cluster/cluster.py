from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.parallel.cluster.connection import RECONNECT_SECONDS, Connection
from fmnist_tui.engine.parallel.cluster.messages import images_message
from fmnist_tui.engine.parallel.cluster.reaching import PATIENCE
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
        reconnect_seconds: float = RECONNECT_SECONDS,
    ) -> None:
        self.notify = notify
        self._address = address
        self._local_workers = local_workers
        self._patience = patience
        self._reconnect_seconds = reconnect_seconds
        self._inbox: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._connection: Connection | None = None
        self._images: tuple[Dataset, Any] | None = None
        self._relayed: dict[str, Any] = {}
        """The images by the address of a worker that cannot fetch them from another."""

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
                reconnect_seconds=self._reconnect_seconds,
            )
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self.forget_images()

    def images(self, data: Dataset, address: str) -> Any:
        """Send the images to a worker, unless the cluster has them."""
        if self._images is None or self._images[0] is not data:
            self.forget_images()
            self._images = data, self.connect().scatter(images_message(data), address)
        return self._relayed.get(address, self._images[1])

    def relay_images(self, address: str) -> bool:
        """Let a worker have them through the scheduler if it has not got them from another worker.

        Return whether it had not.
        """
        if self._images is None or address in self._relayed or self.connect().has(address, self._images[1]):
            return False
        self._relayed[address] = self.connect().relay(self._images[1], address)
        return True

    def forget_images(self) -> None:
        """Send them again when they are needed next."""
        self._images = None
        self._relayed.clear()

    def put(self, topic: str, message: Any) -> None:
        self._inbox.put((topic, message))

    def next_message(self, wait: float) -> tuple[str, Any] | None:
        """Return a topic of events with a message, or None after `wait` seconds."""
        try:
            return self._inbox.get(timeout=wait) if wait > 0 else self._inbox.get_nowait()
        except Empty:
            return None
