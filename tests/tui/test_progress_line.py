"""Progress as one line: never too long, its figures those of the training."""

import pytest
from fake_trainer import ONE_EPOCH
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text
from sample_records import RUN

from fmnist_tui.engine.parallel.queue import ActiveRun, TrainingPlace
from fmnist_tui.engine.training.progress import Phase, Point, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.tui.training.log_lines import folded
from fmnist_tui.tui.training.progress_line import (
    bar,
    doing,
    duration,
    progress_line,
    progress_words,
    state_line,
    with_seconds,
)


def test_the_line_tells_epoch_figures_rate_and_time_left() -> None:
    progress = Progress(Phase.TRAINING, 10, ONE_EPOCH, (Point(1.5, 0.8812, 0.3306),), 41_234.0, 125.0)

    line = progress_line(progress, 80).plain

    assert line.startswith("epoch 2/10 ━━")
    assert line.endswith(" loss 0.331 acc 0.881 · 41k img/s · 2 min 05 s left")
    assert cell_len(line) <= 80


def test_in_little_room_the_rate_gives_way_to_the_time_left() -> None:
    progress = Progress(Phase.TRAINING, 10, ONE_EPOCH, (Point(1.5, 0.8812, 0.3306),), 41_234.0, 125.0)

    assert progress_line(progress, 60).plain.endswith(" loss 0.331 acc 0.881 · 2 min 05 s left")


def test_without_a_bar_the_time_left_stands_before_the_figures() -> None:
    progress = Progress(Phase.TRAINING, 10, ONE_EPOCH, (Point(1.5, 0.8812, 0.3306),), 41_234.0, 125.0)

    assert progress_words(progress) == "epoch 2/10 · 2 min 05 s left · loss 0.331 acc 0.881 · 41k img/s"


def test_between_epochs_the_figures_are_those_of_the_last_one() -> None:
    line = progress_line(Progress(Phase.TRAINING, 2, ONE_EPOCH), 80).plain

    assert line.endswith("loss 0.600 acc 0.800")


def test_what_is_unknown_is_left_out() -> None:
    line = progress_line(Progress(Phase.COMPILING, 10), 40).plain

    assert line.strip() == f"epoch 1/10 {'─' * 28}"


def test_the_last_epoch_is_not_counted_beyond() -> None:
    assert progress_line(Progress(Phase.TESTING, 2, RUN.curves), 40).plain.startswith("epoch 2/2 ")


def test_the_learning_rate_is_told_as_a_person_would_write_it() -> None:
    single = 0.0010000000474974513  # what an optimizer has of 0.001

    assert state_line("▶ training · 64 · seed 3", single, 76).plain == "▶ training · 64 · seed 3 · learning rate 0.001"
    assert state_line("… compiling · 64 · seed 3", None, 76).plain == "… compiling · 64 · seed 3"


def test_of_a_state_that_is_too_long_the_words_give_way() -> None:
    assert state_line("▶ training · " + "w" * 80, 0.05, 40).plain == "▶ training · wwwww… · learning rate 0.05"


@pytest.mark.parametrize(("rate", "words"), [(950.4, "950 img/s"), (9_999.0, "9,999 img/s"), (309_123.0, "309k img/s")])
def test_a_rate_is_as_fine_as_a_person_reads_it(rate: float, words: str) -> None:
    assert words in progress_line(Progress(Phase.TRAINING, 2, Curves(), (), rate), 80).plain


@given(
    st.integers(1, 10_000),
    st.floats(0, 1),
    st.one_of(st.none(), st.floats(0.1, 1e7)),
    st.one_of(st.none(), st.floats(0, 1e6)),
    st.integers(1, 200),
)
def test_the_line_fits_and_where_there_is_room_its_bar_has_eight_cells(
    epochs: int, done: float, rate: float | None, left: float | None, width: int
) -> None:
    progress = Progress(Phase.TRAINING, epochs, Curves(), (Point(done * epochs, 0.5, 123.456),), rate, left)

    line = progress_line(progress, width).plain

    assert cell_len(line) <= width
    assert sum(line.count(each) for each in "━╸─") >= min(8, width - len(f"epoch {epochs}/{epochs} ") - 1)


@given(st.floats(-1, 2), st.integers(1, 60))
def test_a_bar_has_its_width_and_fills_with_the_fraction(fraction: float, width: int) -> None:
    drawn = bar(fraction, width).plain
    filled = drawn.count("━") + drawn.count("╸") / 2

    assert len(drawn) == width
    assert abs(filled / width - min(max(fraction, 0), 1)) <= 0.25 / width + 1e-9


def test_full_and_empty_differ_by_more_than_colour() -> None:
    assert bar(0.0, 4).plain == "────"
    assert bar(0.5, 4).plain == "━━──"
    assert bar(0.625, 4).plain == "━━╸─"
    assert bar(1.0, 4).plain == "━━━━"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "0 s"),
        (4.4, "4 s"),
        (59.6, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3_600, "1 h 00 min"),
        (4_219, "1 h 10 min"),
    ],
)
def test_a_time_is_told_as_a_person_says_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (Phase.LOADING, "… loading TensorFlow"),
        (Phase.COMPILING, "… compiling"),
        (Phase.TRAINING, "▶ training"),
        (Phase.PAUSED, "‖ paused"),
        (Phase.STOPPING, "■ stopping"),
        (Phase.TESTING, "… testing"),
    ],
)
def test_a_phase_stands_out_by_a_sign_too(phase: Phase, words: str) -> None:
    training = ActiveRun(Job("64", RUN.recipe, 0), "r0", Progress(phase, 10))

    assert doing(training) == words


def test_what_has_no_progress_to_measure_is_told_by_its_seconds() -> None:
    training = ActiveRun(Job("64", RUN.recipe, 0), "r0", Progress(Phase.LOADING, 10))

    training.began -= 4

    assert doing(training) == "… loading TensorFlow · 4 s"
    assert with_seconds("loading", 0.9) == "loading"


def test_a_request_is_told_before_the_training_obeys() -> None:
    training = ActiveRun(Job("64", RUN.recipe, 0), "r0", Progress(Phase.COMPILING, 10))

    training.control.pause()
    assert doing(training) == "‖ paused · compiling"
    training.control.stop_at_epoch_end()
    assert doing(training) == "■ stopping · compiling"
    training.progress = Progress(Phase.TRAINING, 10)
    assert doing(training) == "■ stopping"
    training.progress = Progress(Phase.TESTING, 10)
    assert doing(training) == "… testing"


def test_what_another_program_trains_is_told_apart() -> None:
    training = ActiveRun(Job("64", RUN.recipe, 0), "r0", Progress(Phase.TRAINING, 10), place=TrainingPlace.OUTSIDE)

    assert doing(training) == "▷ training elsewhere"
    training.control.stop()
    assert doing(training) == "■ stopping elsewhere"


def test_a_long_line_of_the_log_breaks_between_its_parts() -> None:
    line = Text("finished · test accuracy 0.8839, loss 0.3347 · 128, 101,770 parameters · 4 s", "bold")

    assert folded(line, 70).plain == "finished · test accuracy 0.8839, loss 0.3347 · 128, 101,770 parameters\n4 s"
    assert folded(line, 50).plain == "finished · test accuracy 0.8839, loss 0.3347\n128, 101,770 parameters · 4 s"
    assert folded(line, 50).style == "bold"
    assert folded(line, 200) == line
