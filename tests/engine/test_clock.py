"""The seconds of a training are those in which its process ran."""

import pytest

from fmnist_tui.engine.clock import RunningClock


class Seconds:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """A clock that stands at 100 seconds."""
    return Seconds()


def test_the_clock_stands_still_while_the_process_is_stopped(seconds: Seconds) -> None:
    clock = RunningClock(seconds)
    began = clock.seconds()
    seconds.now += 2
    with clock.stopped():
        seconds.now += 1_000
        assert clock.seconds() - began == 2
    assert clock.seconds() - began == 2

    seconds.now += 3
    with clock.stopped():
        seconds.now += 5_000
    seconds.now += 4
    assert clock.seconds() - began == 9


def test_it_goes_on_after_an_error(seconds: Seconds) -> None:
    clock = RunningClock(seconds)

    def stop() -> None:
        with clock.stopped():
            seconds.now += 10
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()

    assert clock.seconds() == 100


def test_a_stop_that_nobody_announced_is_left_out_however_late_it_is_learnt(seconds: Seconds) -> None:
    work = Seconds()
    clock = RunningClock(seconds, work)
    began = clock.seconds()
    for pause in (0, 1_000, 0):
        seconds.now += 2 + pause
        work.now += 2
        clock.seconds()
    clock.leave_out_stop()
    assert clock.seconds() - began == 6

    seconds.now += 3
    work.now += 5  # two processors
    clock.leave_out_stop()
    assert clock.seconds() - began == 9


def test_a_stop_that_was_announced_is_left_out_once(seconds: Seconds) -> None:
    work = Seconds()
    clock = RunningClock(seconds, work)
    began = clock.seconds()
    with clock.stopped():
        seconds.now += 1_000
        clock.leave_out_stop()
    clock.leave_out_stop()

    assert clock.seconds() - began == 0
