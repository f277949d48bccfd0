import pickle
import time
from collections.abc import Generator, Mapping
from contextlib import suppress
from typing import Any

from distributed import KilledWorker

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.parallel.channel import PERIOD
from fmnist_tui.engine.parallel.cluster.cluster import Cluster
from fmnist_tui.engine.parallel.cluster.connection import ALL, LostSchedulerError, LostWorkerError
from fmnist_tui.engine.parallel.cluster.member import Member
from fmnist_tui.engine.parallel.cluster.messages import Assignment, Outcome, orders_message, orders_topic, read_report
from fmnist_tui.engine.parallel.cluster.workers import Workers
from fmnist_tui.engine.parallel.parallelism import Parallelism
from fmnist_tui.engine.parallel.queue import ActiveRun, TrainingPlace, next_job
from fmnist_tui.engine.parallel.sweep_options import SweepOptions
from fmnist_tui.engine.training.progress import Phase
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.run import Run

ENDED, DESCRIBED = "ended", "described"
"""Topics of our own in the inbox: a training's future is done, a worker has described itself."""
ORDER_SECONDS = 0.1
"""Between two looks for orders: each is one at all trainings, and reports come by hundreds a second."""
MOST_REPORTS = 300
"""A second, of all trainings: `tests/benchmarks/cluster.py` measures what a client can follow."""


def cluster_sweep(options: SweepOptions, cluster: Cluster, data: Dataset) -> Generator[Run, None, None]:
    """Train the queue's jobs on a cluster, one a worker, and yield each run as it ends, with any status.

    As `sweep`, with these differences. The number of trainings follows that of the workers. A training whose worker is
    lost begins again on another; after `MOST_KILLED` killed or `MOST_ENDED` ended workers it fails. The journals are
    written here.

    Raises:
        UserError: as `sweep`; or there is no connection, or it was lost, or no worker can be used.
        ArchitectureError: a network cannot be built.
    """
    state = _ClusterSweep(options, cluster, data)
    try:
        while state.members or (options.queue.waiting and not state.error):
            begun = state.look_and_begin()
            for training, run in state.exchange(0.0 if begun else PERIOD):
                try:
                    yield run  # active until the caller has handled its run
                finally:
                    options.queue.end(training)
    finally:
        state.close()
    if state.error:
        raise state.error


class _ClusterSweep:
    def __init__(self, options: SweepOptions, cluster: Cluster, data: Dataset) -> None:
        self.members: dict[str, Member] = {}
        """By run id."""
        self.error: BaseException | None = None
        """The first error that is not a training's own; no job is begun after it."""
        self._options = options
        self._cluster = cluster
        self._connection = cluster.connect()
        self._workers = Workers(self._connection, cluster.notify, lambda future: cluster.put(DESCRIBED, future))
        self._data = data
        self._connected = True
        """Whether the scheduler was reached at the last look."""
        self._orders_due = 0.0

    def look_and_begin(self) -> bool:
        """Return whether a training was begun."""
        self._look_at_connection()
        if not self._connected:
            return False
        with suppress(LostSchedulerError, LostWorkerError):  # for a moment or for good: the next look shows
            self._workers.look()
            self._options.queue.parallelism = Parallelism(max(len(self._workers.usable), 1))
            if not self.members and (why := self._workers.why_none):
                self.error = self.error or UserError(why)
            for member in self.members.values():
                if member.is_late:
                    self._relay_images(member)
                if member.future is None:
                    self._submit(member)
            return self.error is None and self._begin_one()
        return False

    def _look_at_connection(self) -> None:
        """Say that it was lost, and that it is there again."""
        if self._connection.running == self._connected or self._connection.closed:
            return
        self._connected = self._connection.running
        address = self._connection.address
        if self._connected:
            self._workers.changed = True
            with suppress(LostSchedulerError):
                self._connection.subscribe()
            self._cluster.notify(f"{address} is reached again; what was trained there begins again")
        else:
            self._cluster.notify(
                f"{address}: the connection to the scheduler is lost; what was trained is kept, "
                f"and it is tried again for {self._connection.reconnect_seconds:g} s"
            )

    def _begin_one(self) -> bool:
        address = self._workers.free({member.address for member in self.members.values()})
        if address is None or len(self.members) >= len(self._workers.usable):
            return False
        worker = self._workers.usable[address]
        taken = {member.training.job.recipe for member in self.members.values()}
        training = self._options.queue.begin(
            Phase.FETCHING,
            lambda waiting: next_job(waiting, worker.recipe, taken),
            self._options.claim,
            TrainingPlace.CLUSTER,
        )
        if training is None:
            return False
        try:
            member = Member(training, self._options.folder(training.run_id))
        except UserError as error:
            self._options.queue.end(training)
            self.error = error
            return False
        worker.recipe = training.job.recipe
        self.members[training.run_id] = member
        member.place(address, worker.host)
        self._options.show(training)
        self._submit(member)
        return True

    def _submit(self, member: Member) -> None:
        """Begin a training on the worker where it was placed or, if that is lost, on a free one, once there is one."""
        if member.address not in self._workers.usable:
            if member.address is not None:
                member.lose_worker()
            address = self._workers.free({other.address for other in self.members.values()})
            if address is None:
                return
            member.place(address, self._workers.host(address))
        assert member.address is not None
        training = member.training
        assignment = Assignment(
            training.job,
            training.run_id,
            self._connection.topic,
            self._options.saving,
            member.checkpoint(),
            report_seconds=self._most_at_once / MOST_REPORTS,
        )
        member.submitted_at = time.monotonic()
        member.future = self._connection.train(
            pickle.dumps(assignment),
            self._cluster.images(self._data, member.address),
            member.address,
            lambda future: self._cluster.put(ENDED, (training.run_id, future)),
        )

    @property
    def _most_at_once(self) -> int:
        """How many trainings there can be at once, as far as workers and jobs are known."""
        return min(len(self._workers.usable), len(self.members) + len(self._options.queue.waiting))

    def _relay_images(self, member: Member) -> None:
        """Begin a training anew whose worker cannot fetch the images."""
        assert member.address is not None
        member.submitted_at = time.monotonic()
        if self._cluster.relay_images(member.address):
            self._cluster.notify(
                f"{self._workers.host(member.address)} cannot fetch the images from another worker and gets them "
                "through the scheduler; let workers reach one another"
            )
            self._cancel(member)

    def exchange(self, wait: float) -> Generator[tuple[ActiveRun, Run], None, None]:
        """Handle what has come, and send orders; yield the trainings that have ended, with their runs."""
        message = self._cluster.next_message(wait)
        changed: dict[str, Member] = {}
        until = time.monotonic() + PERIOD  # more may come all the time
        while message is not None:
            match message:
                case (topic, (run_id, future)) if topic == ENDED:
                    yield from self._settle(run_id, future)
                case (topic, future) if topic == DESCRIBED:
                    self._workers.add(future)
                case (topic, event) if topic == ALL:
                    yield from self._notice(event)
                case (_, {"ends": True, "run": run_id, "attempt": attempt}):
                    if (member := self.members.get(run_id)) is not None:
                        member.read_ending(attempt)
                case (_, report) if (member := self.members.get(report["run"])) is not None:
                    member.read(read_report(report), report["worker"], self._workers.host(report["worker"]))
                    changed[report["run"]] = member
            message = self._cluster.next_message(0.0) if time.monotonic() < until else None
        for member in changed.values():
            self._options.show(member.training)
        if time.monotonic() >= self._orders_due:
            yield from self._give_orders()
            self._orders_due = time.monotonic() + ORDER_SECONDS

    def _give_orders(self) -> Generator[tuple[ActiveRun, Run], None, None]:
        if lost := self._connection.closed:
            self.error = self.error or LostSchedulerError(
                f"{self._connection.address}: the connection to the scheduler was lost; what was trained is kept, "
                "and `fmnist-tui run` resumes it"
            )
        for member in tuple(self.members.values()):
            if lost:
                yield self._end(member, member.without_worker("the connection to the scheduler was lost"))
                continue
            control = member.training.control
            if self.error:
                control.stop()
            member.look_at_requests()
            if control.stopping and not self._connected:
                yield self._end(member, member.without_worker("the scheduler was lost, and it was stopped"))
            elif control.stopping and member.address is None:
                yield self._end(member, member.without_worker("its worker was lost, and it was stopped"))
            elif self._connected and (orders := member.orders_to_send()) is not None:
                with suppress(LostSchedulerError):
                    self._connection.send(orders_topic(self._connection.topic, member.run_id), orders_message(orders))

    def _notice(self, event: Mapping[str, Any]) -> Generator[tuple[ActiveRun, Run], None, None]:
        """Handle Dask's own events about workers."""
        action = event.get("action")
        if action in ("add-worker", "remove-worker"):
            self._workers.changed = True
        if action != "remove-worker":
            return
        lost = event["worker"]
        host = self._workers.host(lost)
        with suppress(LostSchedulerError):
            self._workers.remove(lost)
        for member in tuple(self.members.values()):
            # It may have been killed before it reported.
            held = member.future is not None and member.future.key in event["processing-tasks"]
            if held or member.address == lost:
                begun = member.future is not None
                self._cancel(member)  # it begins again on a worker that can be used; Dask would take any
                member.lose_worker(host if begun else None, in_order=event["expected"])
                self._options.show(member.training)
                if (failed := member.failure()) is not None:
                    yield self._end(member, failed)

    def _settle(self, run_id: str, future: Any) -> Generator[tuple[ActiveRun, Run], None, None]:
        member = self.members.get(run_id)
        if member is None or member.future is not future:
            return
        if future.status == "cancelled":
            # Not by us: the scheduler was lost for a moment, or the images were, with the last worker that had them.
            self._cluster.forget_images()
            self._workers.changed = True
            member.future = None
            with suppress(LostSchedulerError):
                self._connection.subscribe()
            return
        try:
            outcome = self._connection.result(future)
        except KilledWorker:  # a scheduler that forgives nothing; the event about the worker counts it
            member.future = None
        except LostSchedulerError:
            self._cluster.put(ENDED, (run_id, future))  # tried again
        except Exception as error:
            self._drop(member)
            self._options.queue.end(member.training)
            self.error = self.error or error
        else:
            assert isinstance(outcome, Outcome)
            yield self._end(member, member.finished(outcome))

    def _end(self, member: Member, run: Run) -> tuple[ActiveRun, Run]:
        self._drop(member)
        return member.training, run

    def _drop(self, member: Member) -> None:
        del self.members[member.run_id]
        member.close()
        self._cancel(member)

    def _cancel(self, member: Member) -> None:
        if member.future is not None and not member.future.done():
            with suppress(LostSchedulerError):
                self._connection.cancel([member.future])
        member.future = None

    def close(self) -> None:
        for member in tuple(self.members.values()):
            self._drop(member)
            self._options.queue.end(member.training)
