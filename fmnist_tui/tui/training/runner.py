from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.engine.parallel.parallelism import SIDE_BY_SIDE, Parallelism
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue, Refused, longest_first
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import Saving
from fmnist_tui.lab.settings.config_file import keeps_weights
from fmnist_tui.lab.toml.reading import NotebookError
from fmnist_tui.tui.background import Background, Lane
from fmnist_tui.tui.training.messages import ClusterNoted, JobSkipped, JobStarted, NotWritable, QueueEnded, RunEnded

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset
    from fmnist_tui.engine.parallel.cluster.cluster import Cluster
    from fmnist_tui.engine.parallel.trainings import Trainings
    from fmnist_tui.lab.experiments.queue_times import Lanes


class Runner:
    """`post` is called from the background thread."""

    def __init__(
        self,
        notebook: Path,
        post: Callable[[Message], object],
        background: Background,
        parallelism: Parallelism = SIDE_BY_SIDE,
        directory: Path | None = None,
        scheduler: str | None = None,
    ) -> None:
        self.done: tuple[Run, ...] = ()
        """The runs that ended since the training began, in order."""
        self._notebook = NotebookFile(notebook)
        self.queue = Queue(parallelism=parallelism)
        self._post = post
        self._background = background
        self._directory = directory
        self._scheduler = scheduler
        self._local_workers = parallelism.local_workers
        self._cluster: Cluster | None = None
        self._trainings: tuple[Dataset, Trainings] | None = None
        self._shown: set[str] = set()

    @property
    def busy(self) -> bool:
        return self._background.busy(Lane.TRAINING)

    @property
    def active(self) -> tuple[ActiveRun, ...]:
        return self.queue.active

    @property
    def waiting(self) -> tuple[Job, ...]:
        return self.queue.waiting

    @property
    def queued(self) -> tuple[Job, ...]:
        waiting = self.waiting
        return (*(training.job for training in self.active), *waiting)

    @property
    def runs_folder(self) -> Path:
        return self._notebook.runs_folder

    @property
    def lanes(self) -> "Lanes":
        from fmnist_tui.engine.parallel.cluster.address import LOCAL
        from fmnist_tui.engine.parallel.side_by_side import most_by_cores
        from fmnist_tui.lab.experiments.queue_times import Lanes

        how = self.queue.parallelism
        if self._scheduler is not None:
            local = how.at_once if self._scheduler == LOCAL else 0
            return Lanes(how.at_once, threads=local, apart=not local)
        if how.several:
            return Lanes(how.at_once, threads=min(how.at_once, usable_cores()))
        return Lanes(most_by_cores(), one_recipe=True) if how.side_by_side else Lanes()

    def limits(self) -> Iterable[str]:
        """Return what makes trainings slower than they could be, a sentence each; of a cluster nothing is known."""
        from fmnist_tui.engine.parallel.limits import limits

        return limits(self.queue.parallelism) if self._scheduler is None else ()

    def add(self, jobs: Iterable[Job], data: "Dataset") -> bool:
        """Queue jobs, the longest first if trained in parallel; return whether they begin at once."""
        self._begin_if_idle()
        self.queue.add(longest_first(tuple(jobs)) if self.queue.parallelism.several or self._scheduler else jobs)
        return self._background.run(Lane.TRAINING, partial(self._train, data))

    def cancel(self, job: Job) -> Job | None:
        return self.queue.cancel(job)

    def move(self, job: Job, by: int) -> None:
        self.queue.move(job, by)

    def put_back(self, job: Job, before: Job | None) -> None:
        """Put a cancelled job back; where nothing is trained any more, training begins again."""
        if self._trainings is not None:
            self._begin_if_idle()
            self.queue.put_back(job, before)
            self._background.run(Lane.TRAINING, partial(self._train, self._trainings[0]))

    def drop_waiting(self) -> int:
        return self.queue.drop_waiting()

    def stop(self) -> None:
        """Stop running trainings at their next step and start no more; safe in a signal handler."""
        self.queue.stop()

    def resume(self) -> None:
        for training in self.active:
            training.control.resume()

    def stop_posting(self) -> None:
        self._post = lambda message: None

    def wait(self) -> None:
        self._background.wait(Lane.TRAINING)

    def _begin_if_idle(self) -> None:
        if not self.busy:
            self.done, self.queue.begun, self._shown = (), 0, set()

    def _train(self, data: "Dataset") -> None:
        if not self.queue.waiting:
            return
        try:
            if not self._can_save():
                self.queue.drop_waiting()
            for result in self._trainings_on(data).of(self.queue, self._show):
                self._post_result(result)
        except Exception:
            self.queue.drop_waiting()
            raise
        finally:
            self._post(QueueEnded())

    def _can_save(self) -> bool:
        """Post the problem if not, or if the notebook is not writable now."""
        try:
            problem = self._notebook.check_writable()
        except NotebookError as error:
            self._post(NotWritable(str(error)))
            return False
        if problem:
            self._post(NotWritable(problem))
        return True

    def _trainings_on(self, data: "Dataset") -> "Trainings":
        from fmnist_tui.engine.parallel.trainings import Trainings

        if self._trainings is None or self._trainings[0] is not data:
            saving = Saving(weights=keeps_weights()[0])  # the app shows what is wrong in the settings
            cluster = self._connected()
            self._trainings = (
                data,
                Trainings(data, self._notebook, directory=self._directory, saving=saving, cluster=cluster),
            )
        return self._trainings[1]

    def _connected(self) -> "Cluster | None":
        if self._scheduler is None:
            return None
        from fmnist_tui.engine.parallel.cluster.cluster import Cluster

        if self._cluster is None:
            self._cluster = Cluster(self._scheduler, notify=self._note, local_workers=self._local_workers)
        return self._cluster

    def _note(self, sentence: str) -> None:
        self._post(ClusterNoted(sentence))

    def close(self) -> None:
        """Close the connection to the cluster, once nothing is trained any more."""
        if self._cluster is not None:
            self._cluster.close()

    def _show(self, training: ActiveRun) -> None:
        if training.run_id not in self._shown:
            self._shown.add(training.run_id)
            self._post(JobStarted(training))

    def _post_result(self, result: Run | Refused) -> None:
        match result:
            case Run():
                self.done = (*self.done, result)
                self._post(RunEnded(result))
            case Refused(why=why, run=Run() as run):
                self.done = (*self.done, run)
                self._post(RunEnded(run, why))
            case Refused():
                self._post(JobSkipped(result))
