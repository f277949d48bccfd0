"""A profile tells where the seconds went, and each second counts once."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from fmnist_tui.engine.profile import PARTS, Profile, active_profile, profiling, seconds_since_start, timed


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_each_second_counts_for_the_innermost_part(clock: Clock) -> None:
    profile = Profile(clock)
    clock.now += 1
    with profile.part("epochs"):
        clock.now += 2
        profile.begin("validation")
        clock.now += 4
        profile.end()
        clock.now += 8
        with profile.part("record"):
            clock.now += 16
    clock.now += 32

    assert profile.take() == dict.fromkeys(PARTS, 0.0) | {
        "epochs": 10.0,
        "validation": 4.0,
        "record": 16.0,
        "rest": 33.0,
        "whole": 63.0,
    }


def test_what_was_taken_is_not_counted_again(clock: Clock) -> None:
    profile = Profile(clock, began=97.0)
    clock.now += 1

    assert (profile.take()["import"], profile.take()["whole"]) == (3.0, 0.0)


def test_a_part_left_open_by_an_error_ends_with_the_part_around_it(clock: Clock) -> None:
    profile = Profile(clock)
    with suppress(KeyboardInterrupt), profile.part("epochs"):
        profile.begin("compile")
        clock.now += 1
        raise KeyboardInterrupt
    clock.now += 2

    taken = profile.take()
    assert (taken["compile"], taken["rest"]) == (1.0, 2.0)


def test_without_a_profile_nothing_is_measured() -> None:
    with profiling(False) as profile, timed("epochs"):
        assert profile is None
        assert active_profile() is None


def test_a_profile_begins_with_the_process_and_ends_with_its_block() -> None:
    with profiling(True) as profile:
        assert active_profile() is profile
        assert profile is not None
        with timed("test"):
            pass
        assert profile.take()["import"] >= time.process_time() / 100

    assert active_profile() is None


def test_the_start_of_a_process_is_unknown_where_the_system_does_not_say(tmp_path: Path) -> None:
    assert seconds_since_start(tmp_path / "stat") == 0.0
    (tmp_path / "stat").write_text("1 (a b) S")
    assert seconds_since_start(tmp_path / "stat") == 0.0
