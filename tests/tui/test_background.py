"""The background worker: in order within a lane, side by side between lanes, and no error stops it."""

from threading import Barrier, Event, current_thread

import pytest

from fmnist_tui.tui.background import WRITING, Background, Lane


@pytest.fixture
def reported() -> list[tuple[Lane, str]]:
    """The errors that were reported."""
    return []


@pytest.fixture
def background(reported: list[tuple[Lane, str]]) -> Background:
    return Background(lambda lane, error: reported.append((lane, str(error))))


def test_a_lane_does_one_thing_after_another(background: Background) -> None:
    done: list[int] = []
    may_begin = Event()

    assert background.run(Lane.EDITING, lambda: may_begin.wait(60))
    began = [background.run(Lane.EDITING, lambda number=number: done.append(number)) for number in range(3)]  # type: ignore[misc]
    may_begin.set()
    background.wait(Lane.EDITING)

    assert (began, done) == ([False] * 3, [0, 1, 2])
    assert not background.busy(Lane.EDITING)


def test_lanes_do_not_wait_for_each_other(background: Background) -> None:
    both = Barrier(2, timeout=60)

    background.run(Lane.READING, both.wait)
    background.run(Lane.LOADING, both.wait)
    background.wait(Lane.READING)
    background.wait(Lane.LOADING)

    assert not both.broken


def test_what_waits_can_be_replaced(background: Background) -> None:
    done: list[str] = []
    begun = Barrier(2, timeout=60)
    may_end = Event()

    background.run(Lane.READING, lambda: (begun.wait(), may_end.wait(60)))
    begun.wait()
    background.run(Lane.READING, lambda: done.append("old"), replace=True)
    background.run(Lane.READING, lambda: done.append("new"), replace=True)
    may_end.set()
    background.wait(Lane.READING)

    assert done == ["new"]


def test_an_error_is_reported_and_the_next_work_done(background: Background, reported: list[tuple[Lane, str]]) -> None:
    done: list[str] = []
    may_begin = Event()

    def fail() -> None:
        may_begin.wait(60)
        raise RuntimeError("the moon is blue")

    background.run(Lane.TRAINING, fail)
    background.run(Lane.TRAINING, lambda: done.append("next"))
    may_begin.set()
    background.wait(Lane.TRAINING)

    assert reported == [(Lane.TRAINING, "the moon is blue")]
    assert done == ["next"]


def test_a_lane_works_again_after_it_was_idle(background: Background) -> None:
    done: list[int] = []
    for number in range(2):
        assert background.run(Lane.READING, lambda number=number: done.append(number))  # type: ignore[misc]
        background.wait(Lane.READING)

    assert done == [0, 1]


@pytest.mark.parametrize("lane", Lane)
def test_the_program_waits_for_what_writes_and_for_nothing_that_takes_long(background: Background, lane: Lane) -> None:
    daemon: list[bool] = []

    background.run(lane, lambda: daemon.append(current_thread().daemon))
    background.wait(lane)

    assert daemon == [lane not in WRITING]
