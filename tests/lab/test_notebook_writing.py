"""Records as TOML text: what is written is read back, on one line a key, with nothing that acts on a terminal."""

import tomllib
import unicodedata
from math import inf, nan

import numpy as np
import pytest
from hypothesis import example, given
from sample_records import a_plan, a_run
from strategies import HOSTILE, as_a_file_holds_it, experiments, hostile_text, runs

from fmnist_tui.lab.records.recipe import Hyperparameters
from fmnist_tui.lab.records.run import Curves, Environment, Experiment, Metrics, Run
from fmnist_tui.lab.toml.migration import FORMAT, HEADER
from fmnist_tui.lab.toml.reading import Notebook, read_text
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record

BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def assert_safe(text: str, keys: int) -> None:
    """Assert that a record's text has a line for each key and no character that acts on a terminal."""
    assert len(text.splitlines()) == 2 + keys
    for character in text.replace("\n", ""):
        assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        assert character not in BIDIRECTIONAL


@given(runs())
def test_a_run_that_was_written_is_read_back(run: Run) -> None:
    text = record_text("run", run_record(run))

    assert read_text(text, "experiments.toml") == Notebook(runs=(as_a_file_holds_it(run),))


@given(experiments())
@example(a_plan(training=Hyperparameters("sgd", 0.001)))
@example(a_plan(training=Hyperparameters("sgd", 0.01)))
def test_a_plan_that_was_written_is_read_back(plan: Experiment) -> None:
    text = record_text("experiment", experiment_record(plan))

    assert read_text(text, "experiments.toml") == Notebook(experiments=(as_a_file_holds_it(plan),))


@given(runs())
def test_a_run_has_one_line_a_key_and_nothing_that_acts_on_a_terminal(run: Run) -> None:
    record = run_record(run)

    assert_safe(record_text("run", record), sum(value is not None for value in record.values()))


@given(experiments())
def test_a_plan_has_one_line_a_key_and_nothing_that_acts_on_a_terminal(plan: Experiment) -> None:
    record = experiment_record(plan)

    assert_safe(record_text("experiment", record), sum(value is not None for value in record.values()))


@given(hostile_text())
@example("".join(HOSTILE))
@example("".join(map(chr, range(0x2100))))
def test_any_text_is_written_so_that_another_parser_reads_it_too(text: str) -> None:
    written = record_text("experiment", {"note": text, "published": {"test": [text, text]}})

    (table,) = tomllib.loads(written)["experiment"]
    held = as_a_file_holds_it(text)
    assert table == {"note": held, "published": {"test": [held, held]}}


def test_a_note_of_a_megabyte_is_one_line_and_read_back() -> None:
    plan = a_plan(note='\u202e"\n👩‍👩‍👧\x1b' * 100_000)
    text = record_text("experiment", experiment_record(plan))

    assert_safe(text, 5)
    assert read_text(text, "experiments.toml") == Notebook(experiments=(plan,))


@pytest.mark.parametrize("figure", [nan, inf, -inf, 1e-300, 1e300, 5e-324, 0.1 + 0.2])
def test_a_figure_keeps_every_digit_and_need_not_be_finite(figure: float) -> None:
    run = a_run(test=Metrics(figure, figure), curves=Curves((figure,), (figure,)), seconds=1.0)

    (read,) = read_text(record_text("run", run_record(run)), "experiments.toml").runs

    # By text, because nan differs from itself.
    assert repr(read.test) == repr(run.test)
    assert repr(read.curves) == repr(run.curves)


def test_figures_that_come_as_numpys_are_written_as_numbers() -> None:
    half = np.float64(0.5)
    run = a_run(test=Metrics(half, half), curves=Curves((half,), (half,)), seconds=half)

    assert read_text(record_text("run", run_record(run)), "experiments.toml").runs == (run,)


def test_what_is_no_value_of_a_notebook_is_refused_and_not_written_down_somehow() -> None:
    with pytest.raises(TypeError, match="no TOML for set"):
        record_text("run", {"id": {1}})


def test_a_plan_says_only_what_is_not_as_usual() -> None:
    usual = a_plan("usual", training=Hyperparameters(), repeats=1)
    other = a_plan("other", training=Hyperparameters("sgd", 0.01, epochs=3))

    assert record_text("experiment", experiment_record(usual)) == (
        '\n[[experiment]]\nname = "usual"\narchitecture = "64"\nrepeats = 1\n'
    )
    assert record_text("experiment", experiment_record(other)) == (
        '\n[[experiment]]\nname = "other"\narchitecture = "64"\noptimizer = "sgd"\nepochs = 3\nrepeats = 3\n'
    )


def test_a_run_stores_its_whole_recipe_whatever_is_usual() -> None:
    record = run_record(a_run())

    assert {"optimizer", "learning_rate", "batch_size", "epochs", "validation_fraction", "split_seed", "patience"} <= {
        *record
    }
    assert list(record)[:5] == ["id", "experiment", "architecture", "dataset", "seed"]
    assert {"status", "test_accuracy", "test_loss", "parameters", "seconds"} <= {*record}


def test_what_a_run_lacks_is_not_written() -> None:
    bare = a_run(test=None, confusion=None, environment=None, reason=None)
    text = record_text("run", run_record(bare))

    for key in ("test_accuracy", "test_loss", "confusion", "environment", "reason"):
        assert f"{key} =" not in text


def test_versions_are_written_by_name() -> None:
    run = a_run(environment=Environment("3.12.1", "2.20.0", "3.11.0", "0.1.0", "x86_64"))

    assert (
        'environment = { python = "3.12.1", tensorflow = "2.20.0", keras = "3.11.0", '
        'fmnist_tui = "0.1.0", machine = "x86_64" }\n'
    ) in record_text("run", run_record(run))


def test_the_header_is_a_notebook_of_this_format() -> None:
    assert tomllib.loads(HEADER) == {"format": FORMAT}
    assert read_text(HEADER, "experiments.toml") == Notebook()
