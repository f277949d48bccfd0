"""The queue on its screen: what waits is seen one by one, cancelled, moved and put back, here and in other programs."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

import pytest
from fake_trainer import ONE_EPOCH, FakeTrainer
from lab_screen import LabPilot, MakeLab, line_with, opened, screen_text, shows, until
from sample_records import a_run

from fmnist_tui.engine.parallel.outside import publish_queue
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue, TrainingPlace
from fmnist_tui.engine.parallel.requests import obey
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.experiments.queue_times import Lanes
from fmnist_tui.lab.experiments.speeds import Speed, Speeds
from fmnist_tui.lab.layers import Conv2D, Flatten
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.architecture import Architecture, mlp
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.pending import PendingRun
from fmnist_tui.lab.runs.queue_orders import take_orders
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.training import runs_watcher
from fmnist_tui.tui.training.activity import Activity, Sources, activity
from fmnist_tui.tui.training.queue_list import queue_view
from fmnist_tui.tui.training.queue_rows import heading, queue_rows, row_line
from fmnist_tui.tui.training.queue_screen import QueueScreen

RECIPE = Recipe(mlp([64]))
"""What the editor holds at first."""
JOBS = tuple(Job("64", RECIPE, seed) for seed in range(4))
SPEEDS = Speeds(*(Speed(start, layer_step=0.0, multiply_add=0.0) for start in (2.0, 1.5)))
"""A training takes two seconds alone, each of two at once three."""


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders are looked at more often than an eye needs."""
    monkeypatch.setattr(runs_watcher, "LOOK_SECONDS", 0.02)


def training(job: Job, seconds_left: float | None, place: TrainingPlace = TrainingPlace.HERE) -> ActiveRun:
    return ActiveRun(job, f"run{job.seed}", Progress(Phase.TRAINING, 10, seconds_left=seconds_left), place=place)


def test_times_add_up_along_the_queue() -> None:
    rows = queue_rows(Activity((training(JOBS[0], 5.0),), JOBS[1:]), Lanes(), SPEEDS)

    assert [(row.place, row.seconds, row.until_end) for row in rows] == [(0, 5, 5), (1, 2, 7), (2, 2, 9), (3, 2, 11)]
    assert heading(rows, 1) == "this app: 1 running, 3 queued · ~11 s left"


def test_on_a_cluster_a_job_begins_where_there_is_room_first() -> None:
    rows = queue_rows(Activity((training(JOBS[0], 5.0),), JOBS[1:]), Lanes(2, apart=True), SPEEDS)

    assert [row.until_end for row in rows] == [5, 2, 4, 6]
    assert heading(rows, 2) == "this app: 1 running, 3 queued (2 in parallel) · ~6 s left"


def test_seeds_side_by_side_are_not_added_one_after_another() -> None:
    at_once = (training(JOBS[0], 5.0), training(JOBS[1], 5.0))
    rows = queue_rows(Activity(at_once, JOBS[2:]), Lanes(2, one_recipe=True), SPEEDS)

    assert [(row.seconds, row.until_end) for row in rows] == [(5, 5), (5, 5), (3, 8), (3, 8)]
    assert heading(rows, 1) == "this app: 2 running, 2 queued · ~8 s left"


def test_what_is_left_of_a_training_that_says_nothing_is_its_share_of_the_estimate() -> None:
    (row,) = queue_rows(Activity((training(JOBS[0], None, TrainingPlace.OUTSIDE),)), Lanes(), SPEEDS)

    assert (row.outside, row.seconds) == (True, 2)
    assert heading((row,), 1) == "another program: 1 running, 0 queued · ~2 s left"


@pytest.mark.parametrize(("seeds", "ends"), [(1, [5_000, 15_000, 25_000]), (2, [5_000, 5_000, 15_000, 15_000])])
def test_while_no_speed_is_known_what_waits_takes_as_long_as_what_is_trained(seeds: int, ends: list[int]) -> None:
    long = Recipe(mlp([64]), hyperparameters(epochs=1_000))
    jobs = tuple(Job("64", long, seed) for seed in range(seeds + 2))
    half = Progress(Phase.TRAINING, 1_000, Curves((0.5,) * 500, (1.0,) * 500), seconds_left=5_000.0)
    at_once = tuple(replace(training(job, None), progress=half) for job in jobs[:seeds])

    rows = queue_rows(Activity(at_once, jobs[seeds:]), Lanes(seeds, one_recipe=True), None)

    assert [row.until_end for row in rows] == pytest.approx(ends, rel=0.02)  # and the start of each


def test_a_training_that_cannot_be_built_has_no_time_while_no_speed_is_known() -> None:
    job = Job("wrong", Recipe(Architecture((Flatten(), Conv2D()))), 0)
    rows = queue_rows(Activity((training(job, None),), JOBS[1:2]), Lanes(), None)

    assert [row.seconds is None for row in rows] == [True, False]


def test_trainings_of_other_programs_with_the_same_queue_are_one_program_s(notebook: NotebookFile) -> None:
    first, second, third = (
        PendingRun(
            a_run(f"run{seed}", experiment="64", recipe=RECIPE, seed=seed),
            alive=True,
            folder=notebook.runs_folder / f"run{seed}",
            queued=tuple(a_run(f"queued-{each}", experiment="64", recipe=RECIPE, seed=each) for each in waiting),
        )
        for seed, waiting in ((0, (5, 6)), (1, (5, 6)), (2, (7,)))
    )

    rows = queue_rows(activity(Sources(pending=(first, third, second))), Lanes(), SPEEDS)

    assert [(row.program, row.job.seed, row.place) for row in rows] == [
        *((1, 0, 0), (1, 1, 0), (1, 5, 1), (1, 6, 2)),
        *((2, 2, 0), (2, 7, 1)),
    ]


@pytest.mark.parametrize(
    ("phase", "host", "words"),
    [
        (Phase.WAITING, "", "waiting for a worker"),
        (Phase.FETCHING, "node7", "fetching the images on node7"),
    ],
)
def test_what_a_training_on_a_cluster_waits_for_stands_in_place_of_its_time(
    phase: Phase, host: str, words: str
) -> None:
    waits = training(JOBS[0], 5.0)
    waits.progress, waits.host = replace(waits.progress, phase=phase), host
    (row,) = queue_rows(Activity((waits,)), Lanes(), SPEEDS)
    view = queue_view(Activity((waits,)), (), 1, None)

    assert row_line(row, 58, shown=False).plain.split(" seed 0 ")[1].strip() == words
    assert [(each.fraction, each.result) for each in view.active] == [(None, words)]


@pytest.mark.parametrize("width", [20, 40, 58, 78])
def test_a_row_fits_its_width_and_keeps_its_times(width: int) -> None:
    rows = queue_rows(Activity((training(JOBS[0], 5.0),), JOBS[1:]), Lanes(), SPEEDS)

    lines = [row_line(row, width, shown=False).plain for row in rows]

    assert all(len(line) == width for line in lines)
    if width >= 40:
        assert lines[0].startswith("▶ 64 · ")
        assert lines[1].startswith("» 1 64 · ")
        assert lines[1].endswith("~2 s · done in ~7 s")


def queued(app: LabApp) -> list[int]:
    return [job.seed for job in app.runner.waiting]


@asynccontextmanager
async def held(app: LabApp, pilot: LabPilot, trainer: FakeTrainer) -> AsyncIterator[None]:
    """Let no training end meanwhile; wait then until all have."""
    trainer.may_end.clear()
    try:
        yield
    finally:
        trainer.may_end.set()
        await until(pilot, lambda: not app.runner.busy)


async def test_what_waits_here_is_cancelled_moved_and_put_back(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        async with held(app, pilot, trainer):
            await pilot.press("t")
            await shows(pilot, "▶ training")
            await pilot.press("t", "t", "t", "2")
            await shows(pilot, "p pauses · s stops · Q shows the queue")
            app.clear_notifications()  # they cover the screen's last line
            await pilot.press("Q")
            await shows(pilot, r"this app: 1 running, 3 queued.*▶ 64 · seed 0.*▸ » 1 64 · seed 1.*» 3 64 · seed 3")

            await pilot.press("d")
            await shows(pilot, r"▸ » 1 64 · seed 2.*cancelled: 64 · seed 1 · u puts it back")
            assert queued(app) == [2, 3]
            await pilot.press("J")
            await shows(pilot, r"» 1 64 · seed 3.*▸ » 2 64 · seed 2.*moved down: 64 · seed 2")
            assert queued(app) == [3, 2]
            await pilot.press("J")
            await shows(pilot, "it is the last of the queue already")

            await pilot.press("u", "u")
            await shows(pilot, "put back: 64 · seed 1")
            assert queued(app) == [1, 2, 3]
            await pilot.press("u")
            await shows(pilot, "nothing to undo in the queue")
            await pilot.press("U")
            await until(pilot, lambda: queued(app) == [2, 3])
            await pilot.press("u", "g", "d")
            await shows(pilot, "only what is queued can be cancelled; s stops a training")
            await pilot.press("G", "K")
            await until(pilot, lambda: queued(app) == [1, 3, 2])
        await shows(pilot, "nothing is trained or queued")
        await pilot.press("escape")

    assert trainer.seeds == [0, 1, 3, 2]


async def test_a_run_put_back_after_the_queue_has_ended_is_trained(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        async with held(app, pilot, trainer):
            await pilot.press("t")
            await shows(pilot, "▶ training")
            await pilot.press("t", "Q", "d")
            await until(pilot, lambda: queued(app) == [])
        await pilot.press("u")
        await until(pilot, lambda: len(notebook.read().runs) == 2)

    assert trainer.seeds == [0, 1]


async def test_a_training_is_stopped_paused_and_shown_from_the_queue(lab: MakeLab, trainer: FakeTrainer) -> None:
    app = lab()
    async with opened(app) as pilot, held(app, pilot, trainer):
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("t", "Q", "p")
        await shows(pilot, "‖ 64 · seed 0 .* paused")
        await pilot.press("p", "g", "s")
        await shows(pilot, "Stop the training?")
        await pilot.press("escape", "enter")
        await until(pilot, lambda: app.main.current == "training" and not isinstance(app.screen, QueueScreen))


async def test_a_notification_leaves_what_the_queue_says_to_be_read(lab: MakeLab) -> None:
    app = lab()
    async with opened(app, columns=80, rows=24) as pilot:
        await pilot.press("Q")
        await shows(pilot, "nothing is trained or queued")
        app.notify("the notebook was changed")
        await pilot.press("d")
        await shows(pilot, "the notebook was changed.*only what is queued can be cancelled")


class OtherProgram:
    """A program that trains a run and holds a queue, and obeys only when the test says so."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.queue = Queue(JOBS[1:])
        self.publish()

    def publish(self) -> None:
        publish_queue(self.folder.path, self.queue.waiting)

    def obey(self) -> list[int]:
        """Obey the orders left; return the seeds that wait then."""
        obey(self.queue, take_orders(self.folder.path))
        self.publish()
        return [job.seed for job in self.queue.waiting]

    @property
    def is_asked(self) -> bool:
        return bool([*self.folder.path.glob("order-*.json")])


@contextmanager
def other_program(notebook: NotebookFile) -> Iterator[OtherProgram]:
    folder = RunFolder(notebook.run_folder("elsewhere0"))
    with folder.locked():
        folder.begin(a_run("elsewhere0", experiment="64", recipe=RECIPE, seed=0, status="interrupted"))
        folder.add_epoch(ONE_EPOCH, 3.0)
        yield OtherProgram(folder)


async def asked(pilot: LabPilot, other: OtherProgram, key: str, row: str) -> list[int]:
    """Press a key, wait until the screen says what was asked and the order lies there; have it obeyed."""
    await pilot.press(key)
    await shows(pilot, row)
    await until(pilot, lambda: other.is_asked)
    return other.obey()


async def test_what_waits_in_another_program_is_changed_by_orders(lab: MakeLab, notebook: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        with other_program(notebook) as other:
            await shows(pilot, "▷ training elsewhere")
            await pilot.press("Q")
            await shows(pilot, r"another program: 1 running, 3 queued.*▷ 64 · seed 0.*» 2 64 · seed 2")
            await pilot.press("G")
            assert await asked(pilot, other, "K", r"seed 3 +moving.*asked the other program · moved up") == [1, 3, 2]
            await shows(pilot, r"▸ » 2 64 · seed 3 +~")
            assert await asked(pilot, other, "d", r"seed 3 +cancelling.*cancelled: 64 · seed 3") == [1, 2]
            await shows(pilot, "1 running, 2 queued")
            assert await asked(pilot, other, "u", "put back: 64 · seed 3") == [1, 3, 2]
            await shows(pilot, "1 running, 3 queued")
            assert await asked(pilot, other, "u", "moved back: 64 · seed 3") == [1, 2, 3]
            await until(pilot, lambda: re.search("3 64 · seed 3 +~", screen_text(pilot)) is not None)


async def test_a_run_in_another_program_is_moved_several_places_before_that_obeys_and_nothing_follows_its_cancelling(
    lab: MakeLab, notebook: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        with other_program(notebook) as other:
            await shows(pilot, "▷ training elsewhere")
            await pilot.press("Q")
            await shows(pilot, "1 running, 3 queued")
            await pilot.press("G", "K", "K", "K")
            await shows(pilot, "it is the first of the queue already")
            assert other.obey() == [3, 1, 2]
            await shows(pilot, r"▸ » 1 64 · seed 3 +~")
            await pilot.press("d", "d", "J")
            await shows(pilot, "the other program was asked to cancel it")
            assert other.obey() == [1, 2]


async def test_a_change_that_cannot_be_undone_any_more_is_not_in_the_way_of_the_one_before(
    lab: MakeLab, trainer: FakeTrainer
) -> None:
    app = lab()
    async with opened(app) as pilot, held(app, pilot, trainer):
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("t", "t", "t", "Q", "d", "J")
        await until(pilot, lambda: queued(app) == [3, 2])
        app.clear_notifications()  # what was queued covers the screen's last line
        app.runner.queue.cancel(app.runner.waiting[1])
        await pilot.press("u")
        await shows(pilot, "it does not wait any more")
        await pilot.press("u")
        await until(pilot, lambda: 1 in queued(app))
        app.runner.drop_waiting()


async def test_a_run_that_waited_in_a_program_which_has_ended_is_not_put_back(
    lab: MakeLab, notebook: NotebookFile
) -> None:
    app = lab()
    async with opened(app) as pilot:
        with other_program(notebook) as other:
            await shows(pilot, "▷ training elsewhere")
            await pilot.press("Q")
            await shows(pilot, "1 running, 3 queued")
            await pilot.press("g", "j")  # its queue may have been seen after the screen was opened
            assert await asked(pilot, other, "d", "cancelled: 64 · seed 1") == [2, 3]
            other.queue.drop_waiting()
            other.publish()
            await shows(pilot, "1 running, 0 queued")
        await shows(pilot, "nothing is trained or queued")
        await pilot.press("u")
        await shows(pilot, "the program that it waited in has ended; t trains it here")


@pytest.mark.parametrize(("columns", "rows"), [(60, 20), (80, 24), (140, 45)])
async def test_a_long_queue_is_moved_through_by_pages_and_clicks(
    lab: MakeLab, trainer: FakeTrainer, columns: int, rows: int
) -> None:
    app = lab()
    async with opened(app, columns=columns, rows=rows) as pilot, held(app, pilot, trainer):
        await pilot.press("t")
        await shows(pilot, "▶ training")
        app.runner.queue.add(Job("64", RECIPE, seed) for seed in range(1, 100))
        await pilot.press("Q")
        await shows(pilot, r"▸ » +1 64 · seed 1 ")
        await pilot.press("G")
        await shows(pilot, r"▸ » 99 64 · seed 99 ")
        await pilot.press("ctrl+u", "ctrl+u")
        assert "99 64" not in line_with(pilot, "▸")
        await pilot.press("g")
        await shows(pilot, r"this app: 1 running, 99 queued.*▸ ▶ 64 · seed 0")
        await pilot.click("QueueTable", offset=(5, 3))
        await shows(pilot, r"▸ » +2 64 · seed 2 ")
        app.runner.drop_waiting()
