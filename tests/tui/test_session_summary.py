"""What is said when the app is left."""

from dataclasses import replace
from pathlib import Path

from sample_records import RUN, a_run

from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.tui.session import folded, session_summary


def test_nothing_is_said_where_nothing_was_trained() -> None:
    assert session_summary([], [], [], Path("experiments.toml")) == ""


def test_each_run_has_a_line_and_the_last_says_where_they_are() -> None:
    failed = replace(a_run("r2"), status="failed", test=None, reason="the loss became nan")
    lines = session_summary([RUN, failed], [], [], Path("mine.toml")).splitlines()

    assert lines[0].startswith(f"{RUN.id}  {RUN.experiment}  seed {RUN.seed}  finished  test accuracy 0.")
    assert lines[1].endswith("failed  the loss became nan")
    assert lines[2].startswith("2 runs in mine.toml")


def test_a_hostile_name_is_shown_as_its_characters() -> None:
    assert "\x1b" not in session_summary([replace(RUN, experiment="\x1b[31mred\n")], [], [], Path("experiments.toml"))


def test_what_could_not_be_recorded_is_told_with_where_it_is() -> None:
    (line,) = session_summary(
        [], ["experiments.toml: no space; the result is kept in runs/r0"], [], Path("mine.toml")
    ).splitlines()

    assert line == "not in the notebook: experiments.toml: no space; the result is kept in runs/r0"


def test_what_goes_on_without_a_screen_is_told_with_how_to_see_it() -> None:
    jobs = [Job("64 units", RUN.recipe, seed) for seed in range(3)]

    one, three = (session_summary([], [], at_work, Path("mine.toml")) for at_work in (jobs[:1], jobs))

    assert one.startswith("training in the background: 64 units seed 0;")
    assert "64 units seed 0 and 2 others;" in three
    assert "`fmnist-tui` shows it and can stop it" in three


def test_a_narrow_terminal_splits_no_word_of_it() -> None:
    words = session_summary([RUN], [], [], Path("experiments.toml"))
    lines = folded(words, 60).splitlines()

    assert max(map(len, lines)) <= 60
    assert [word for line in lines for word in line.split()] == words.split()
    assert folded(words, 200) == words
