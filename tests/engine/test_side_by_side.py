"""Seeds of one recipe in threads of this process."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Barrier, Event

import pytest
from fake_trainer import FakeTrainer, tiny_dataset
from small_trainings import patterns, recipe
from sweep_jobs import seeds

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.parallel import side_by_side
from fmnist_tui.engine.parallel.parallelism import SIDE_BY_SIDE
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue, Refused
from fmnist_tui.engine.parallel.side_by_side import most_seeds, seeds_limit, train_side_by_side
from fmnist_tui.engine.parallel.sweep_options import SweepOptions
from fmnist_tui.engine.parallel.trainings import Trainings
from fmnist_tui.engine.training.compiled import PreparedRecipe
from fmnist_tui.engine.training.progress import Phase
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import shorthand

DATA = tiny_dataset("synthetic")
WAIT = 120.0


@pytest.fixture
def two_cores(trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch) -> FakeTrainer:
    """The fake trainer on a machine with two cores and much memory."""
    use_cores(monkeypatch, 2)
    return trainer


def use_cores(monkeypatch: pytest.MonkeyPatch, cores: int, free: int | None = 64 * 10**9) -> None:
    monkeypatch.setattr(side_by_side, "usable_cores", lambda: cores)
    monkeypatch.setattr(side_by_side, "available_bytes", lambda: free)


def stop_first_of(queue: Queue) -> Callable[[ActiveRun], None]:
    """Return what stops the queue's first training once two have trained an epoch."""

    def show(_: ActiveRun) -> None:
        if [bool(training.progress.curves.epochs) for training in queue.active] == [True, True]:
            queue.active[0].control.stop()

    return show


def trained(jobs: Sequence[Job] | Queue, notebook: NotebookFile) -> list[Run | Refused]:
    queue = jobs if isinstance(jobs, Queue) else Queue(jobs, SIDE_BY_SIDE)
    return list(Trainings(DATA, notebook).of(queue))


def test_two_seeds_train_at_once_on_two_cores_and_the_next_begins_where_one_ends(
    two_cores: FakeTrainer, notebook: NotebookFile
) -> None:
    meet = Barrier(2, timeout=WAIT)
    two_cores.on_first_epoch = meet.wait  # four seeds meet in pairs, or never

    told = trained(seeds(8, 4), notebook)

    assert sorted(run.seed for run in told if isinstance(run, Run)) == [0, 1, 2, 3]
    assert sorted(run.seed for run in notebook.read().runs) == [0, 1, 2, 3]
    assert not meet.broken


def test_a_recipe_waits_until_all_seeds_of_the_one_before_have_ended(
    two_cores: FakeTrainer, notebook: NotebookFile
) -> None:
    beside: list[set[str]] = []
    queue = Queue([*seeds(8, 3), *seeds(16, 2)], SIDE_BY_SIDE)
    two_cores.on_first_epoch = lambda: beside.append({training.job.experiment for training in queue.active})

    told = trained(queue, notebook)

    assert len(told) == 5
    assert beside
    assert all(len(names) == 1 for names in beside)
    assert [job.experiment for job in two_cores.jobs] == ["8", "8", "8", "16", "16"]


def test_without_being_asked_for_one_waits_for_the_other(two_cores: FakeTrainer, notebook: NotebookFile) -> None:
    queue = Queue(seeds(8, 3))
    active: list[int] = []
    two_cores.on_first_epoch = lambda: active.append(len(queue.active))

    trained(queue, notebook)

    assert active == [1, 1, 1]
    assert two_cores.seeds == [0, 1, 2]


def test_a_seed_that_is_queued_meanwhile_joins(two_cores: FakeTrainer, notebook: NotebookFile) -> None:
    first, second = seeds(8, 2)
    queue = Queue([first], SIDE_BY_SIDE)
    meet = Barrier(2, timeout=WAIT)

    def show(training: ActiveRun) -> None:
        if training.job == first and training.progress.curves.epochs and second not in (*queue.waiting, *begun()):
            queue.add([second])

    def begun() -> list[Job]:
        return [training.job for training in queue.active]

    two_cores.on_first_epoch = meet.wait

    told = list(Trainings(DATA, notebook).of(queue, show))

    assert len(told) == 2
    assert not meet.broken


def test_another_recipe_that_was_moved_to_the_front_is_not_passed_over(
    two_cores: FakeTrainer, notebook: NotebookFile
) -> None:
    eights, sixteen = seeds(8, 3), seeds(16, 1)
    queue = Queue([*eights, *sixteen], SIDE_BY_SIDE)
    queue.move(sixteen[0], -2)

    trained(queue, notebook)

    assert [(job.experiment, job.seed) for job in two_cores.jobs] == [("8", 0), ("16", 0), ("8", 1), ("8", 2)]


def test_a_stop_ends_all_and_what_was_trained_is_recorded(two_cores: FakeTrainer, notebook: NotebookFile) -> None:
    queue = Queue(seeds(8, 5), SIDE_BY_SIDE)
    meet = Barrier(2, action=queue.stop, timeout=WAIT)
    two_cores.on_first_epoch = meet.wait
    two_cores.may_end.clear()

    told = trained(queue, notebook)

    assert [run.status for run in told if isinstance(run, Run)] == ["stopped", "stopped"]
    assert len(notebook.read().runs) == 2


def test_one_that_is_stopped_leaves_the_others_alone(two_cores: FakeTrainer, notebook: NotebookFile) -> None:
    two_cores.may_end.clear()
    queue = Queue(seeds(8, 2), SIDE_BY_SIDE)
    told = Trainings(DATA, notebook).of(queue, stop_first_of(queue))

    stopped = next(told)
    two_cores.may_end.set()
    (finished,) = told

    assert isinstance(stopped, Run)
    assert isinstance(finished, Run)
    assert [(run.seed, run.status) for run in (stopped, finished)] == [(0, "stopped"), (1, "finished")]


def test_an_error_that_is_not_a_training_s_own_stops_the_others_and_is_raised_after_their_runs(
    two_cores: FakeTrainer,
) -> None:
    def folder_of(run_id: str) -> None:
        if queue.active[0].run_id != run_id:
            began.wait(WAIT)
            raise UserError("no room")

    began = Event()
    two_cores.on_first_epoch = began.set
    two_cores.may_end.clear()
    queue = Queue(seeds(8, 3))
    runs: list[Run] = []

    with pytest.raises(UserError, match="no room"):  # noqa: PT012  # the runs before it count too
        for run in train_side_by_side(SweepOptions(queue, folder=folder_of), DATA, [], most=lambda _: 2):
            runs.append(run)  # noqa: PERF402  # those before the error stay

    assert [(run.seed, run.status) for run in runs] == [(0, "stopped")]
    assert queue.active == ()
    assert [job.seed for job in queue.waiting] == [2]


def test_leaving_early_stops_all_and_waits_for_them(two_cores: FakeTrainer) -> None:
    queue = Queue(seeds(8, 3))
    stopped: list[int] = []
    two_cores.on_stop = lambda: stopped.append(1)
    meet = Barrier(2, timeout=WAIT)
    two_cores.on_first_epoch = meet.wait
    two_cores.may_end.clear()
    runs = train_side_by_side(SweepOptions(queue, show=stop_first_of(queue)), DATA, [], lambda _: 2)

    next(runs)
    runs.close()

    assert len(stopped) == 2
    assert queue.active == ()


@pytest.mark.parametrize(
    ("cores", "free", "most"),
    [
        (1, 64 * 10**9, 1),
        (2, 64 * 10**9, 2),
        (64, 64 * 10**9, side_by_side.MOST),
        (2, 800_000_000, 1),
        (2, 2 * 10**9, 2),
        (64, None, side_by_side.MOST),
    ],
)
def test_as_many_seeds_at_once_as_there_are_cores_and_as_fit_in_memory(
    monkeypatch: pytest.MonkeyPatch, cores: int, free: int | None, most: int
) -> None:
    use_cores(monkeypatch, cores, free)

    assert most_seeds(seeds(8, 1)[0].recipe) == most


def test_memory_is_asked_for_once_a_recipe_before_its_seeds_take_theirs(
    two_cores: FakeTrainer, monkeypatch: pytest.MonkeyPatch, notebook: NotebookFile
) -> None:
    def available() -> int:
        asked.append(1)
        return 64 * 10**9 if len(asked) == 1 else 0

    asked: list[int] = []
    monkeypatch.setattr(side_by_side, "available_bytes", available)
    meet = Barrier(2, timeout=WAIT)
    two_cores.on_first_epoch = meet.wait  # all six meet in pairs, though what is free shrinks

    trained(seeds(8, 6), notebook)

    assert len(asked) == 1
    assert not meet.broken


def test_where_memory_leaves_room_for_fewer_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    use_cores(monkeypatch, 2, 800_000_000)

    assert seeds_limit(SIDE_BY_SIDE, [*seeds(8, 1), *seeds(16, 1)]) is None
    assert seeds_limit(SIDE_BY_SIDE, seeds(8, 2)) == (
        "memory is free for 1 training at once, not 2: the others wait, which takes longer"
    )
    use_cores(monkeypatch, 2)
    assert seeds_limit(SIDE_BY_SIDE, seeds(8, 2)) is None


def test_a_seed_gives_the_same_figures_beside_others_as_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, built = patterns(), list[str]()
    first = recipe("flatten-drop0.5", optimizer="adam")
    faster = recipe("flatten-drop0.5", optimizer="adam", learning_rate=0.01)
    recipes = [first, faster, recipe("conv4x3-bn-pool2")]

    class Noted(PreparedRecipe):
        def __init__(self, recipe: Recipe, data: Dataset) -> None:
            built.append(shorthand(recipe.architecture))
            super().__init__(recipe, data)

    monkeypatch.setattr("fmnist_tui.engine.training.compiled.PreparedRecipe", Noted)
    jobs = [Job(str(number), each, seed) for number, each in enumerate(recipes) for seed in range(2)]

    def figures(cores: int) -> dict[tuple[str, int], tuple[object, ...]]:
        use_cores(monkeypatch, cores)
        queue, active, begun = Queue(jobs, SIDE_BY_SIDE), set[int](), dict[str, Phase]()

        def show(training: ActiveRun) -> None:
            active.add(len(queue.active))
            begun.setdefault(training.run_id, training.progress.phase)

        notebook = NotebookFile(tmp_path / f"{cores}.toml")
        runs = list(Trainings(data, notebook).of(queue, show))
        assert max(active) == cores
        assert (
            list(begun.values()).count(Phase.LOADING) == cores
        )  # what one has compiled shows that TensorFlow is there
        assert all(isinstance(run, Run) and run.status == "finished" for run in runs)
        return {
            (run.experiment, run.seed): (run.curves, run.test, run.best, run.dead_units_by_layer)
            for run in runs
            if isinstance(run, Run)
        }

    alone, beside = figures(1), figures(2)

    assert alone == beside
    assert len({str(each) for each in alone.values()}) == len(jobs)
