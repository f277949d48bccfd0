"""What is said when the app is left."""

from dataclasses import replace
from pathlib import Path

from samples import RUN, a_run

from fmnist_tui.tui.farewell import farewell


def test_nothing_is_said_where_nothing_was_trained() -> None:
    assert farewell([], Path("experiments.toml")) == ""


def test_each_run_has_a_line_and_the_last_says_where_they_are() -> None:
    failed = replace(a_run("r2"), status="failed", test=None, reason="the loss became nan")
    lines = farewell([RUN, failed], Path("mine.toml")).splitlines()

    assert lines[0].startswith(f"{RUN.id}  {RUN.experiment}  seed {RUN.seed}  finished  test accuracy 0.")
    assert lines[1].endswith("failed  the loss became nan")
    assert lines[2].startswith("2 runs in mine.toml")


def test_a_hostile_name_is_shown_as_its_characters() -> None:
    assert "\x1b" not in farewell([replace(RUN, experiment="\x1b[31mred\n")], Path("experiments.toml"))
