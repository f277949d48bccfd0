"""A notebook's text as experiments and runs, or one line that says where it is wrong."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_records import a_plan, a_run
from strategies import hostile_text

from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.run import Experiment, Metrics, Run
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.toml.reading import MOST_REPEATS, Notebook, NotebookError, read_text
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record

HANDWRITTEN = """\
format = 1

[[experiment]]                    # a plan: write one by hand
name = "one layer of 64"
architecture = "64"
repeats = 5                       # seeds 0…4
published = { test_accuracy = 0.8746, test_loss = 0.3511 }
note = "the report calls this the ideal"

[[experiment]]
name = 'convolutional'
architecture = "conv32x3-pool2-flatten-dense128-drop0.5"
optimizer = "sgd"
epochs = 3
dataset = "synthetic"
mood = "a key of a person's own"
"""

A_RUN = """\
[[run]]
id = "r1"
experiment = "one layer of 64"
architecture = "64"
dataset = "fashion-mnist"
seed = 3
status = "finished"
started = 2024-11-24T08:30:00Z
parameters = 50890
"""

TEXT_OF_ALL_KEYS = record_text("run", run_record(a_run(reason="x")))


def run_with(line: str) -> str:
    """Return the text of a run in which a line stands in place of the one with its key, or at its end."""
    key = line.partition(" = ")[0]
    kept = [known for known in TEXT_OF_ALL_KEYS.splitlines() if not known.startswith(f"{key} = ")]
    return "\n".join((*kept, line)) + "\n"


def refusal(text: str) -> str:
    """Return what reading says of a text that is not a notebook."""
    with pytest.raises(NotebookError) as error:
        read_text(text, "experiments.toml")
    return str(error.value)


def test_a_plan_that_a_person_wrote_is_read_with_the_defaults_for_the_rest() -> None:
    contents = read_text(HANDWRITTEN, "experiments.toml")

    assert contents.runs == ()
    assert contents.experiments == (
        Experiment(
            "one layer of 64",
            mlp([64]),
            repeats=5,
            published=Metrics(0.8746, 0.3511),
            note="the report calls this the ideal",
        ),
        Experiment(
            "convolutional",
            parse("conv32x3-pool2-flatten-dense128-drop0.5"),
            Hyperparameters("sgd", 0.01, epochs=3),
            "synthetic",
        ),
    )


def test_a_run_of_the_fewest_keys_is_read() -> None:
    (run,) = read_text(A_RUN, "experiments.toml").runs

    assert run.recipe == Recipe(mlp([64]), Hyperparameters(), "fashion-mnist")
    assert (run.id, run.seed, run.status, run.parameters) == ("r1", 3, "finished", 50_890)
    assert run.started == datetime(2024, 11, 24, 8, 30, tzinfo=UTC)
    assert (run.test, run.confusion, run.environment, run.reason, run.curves.epochs) == (None, None, None, None, 0)
    assert run.dead_units_by_layer is None


def test_a_time_without_a_zone_is_taken_for_universal_time() -> None:
    (run,) = read_text(run_with("started = 2024-11-24 08:30:00"), "experiments.toml").runs

    assert run.started == datetime(2024, 11, 24, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "format = 1\n", 'format = 1\ntitle = "mine"\n[notes]\na = 1\n']
)
def test_a_text_without_records_is_an_empty_notebook(text: str) -> None:
    contents = read_text(text, "experiments.toml")

    assert (contents.experiments, contents.runs) == ((), ())


def test_a_text_with_the_line_ends_of_windows_is_read() -> None:
    assert read_text((HANDWRITTEN + A_RUN).replace("\n", "\r\n"), "x") == read_text(HANDWRITTEN + A_RUN, "x")


def test_a_network_is_still_known_by_an_older_or_longer_way_to_write_it() -> None:
    (run,) = read_text(run_with('architecture = "flatten - dense64:relu"'), "experiments.toml").runs

    assert run.recipe.architecture == mlp([64])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "format = 2\n",
            "experiments.toml: format = 2 is not one that this program reads; a newer fmnist-tui wrote it",
        ),
        (
            "format = 0\n",
            "experiments.toml: format = 0 is not one that this program reads; write format = 1",
        ),
        ("format = true\n", "experiments.toml: format = true (a boolean) is not one"),
        ("format = 1.0\n", "experiments.toml: format = 1.0 (a float) is not one"),
        ('format = "1"\n', 'experiments.toml: format = "1" (a string) is not one'),
        ("a = 1\nb = [1,\n", "experiments.toml, line 2: not TOML: "),
        ("a = 1\na = 2\n", "experiments.toml, line 2: not TOML: duplicate key"),
        ("a = 1\nb = 2024-13-01\n", "experiments.toml, line 2: not TOML: "),
        ("a = 1\nb = 0000-01-01T00:00:00Z\n", "experiments.toml, line 2: not TOML: "),
        ('a = "\x1b[31m"\n', "experiments.toml, line 1: not TOML: "),
        pytest.param("a = " + "[" * 100_000, "experiments.toml, line 1: not TOML: ", id="100,000 brackets"),
        ("run = 3\n", "experiments.toml: run must be written as [[run]] tables"),
        ("run = [1]\n", "experiments.toml: run must be written as [[run]] tables"),
        ("[run]\nid = 1\n", "experiments.toml: run must be written as [[run]] tables"),
        ("[experiment]\n", "experiments.toml: experiment must be written as [[experiment]] tables"),
        ("run = []\n", "experiments.toml, line 1: write each run as a [[run]] table of its own"),
        (
            'run = [{ id = "a" }]\n',
            "experiments.toml, line 1: write each run as a [[run]] table of its own",
        ),
        ("experiment = []\n", "experiments.toml, line 1: write each experiment as a [[experiment]] table of its own"),
    ],
)
def test_what_is_not_a_notebook_is_refused_with_file_and_line(text: str, says: str) -> None:
    assert refusal(text).startswith(says)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("id = 7", 'id must be a string, not 7 (an integer); write id = "7"'),
        ('id = ""', "id must be up to 64 letters, digits, - and _, not ''"),
        ('id = "../up"', "id must be up to 64 letters, digits, - and _, not '../up'"),
        ('experiment = ["\\uFEFF"]', r'experiment must be a string, not ["\ufeff"] (an array); write experiment = "…"'),
        ("experiment = ['x']", 'experiment must be a string, not ["x"] (an array); write experiment = "…"'),
        ("architecture = 64", 'architecture must be a string, not 64 (an integer); write architecture = "64"'),
        ('architecture = "64-banana"', "architecture: layer 2, 'banana': no such layer; write 64,"),
        ('architecture = ""', "architecture: no architecture: write its layers"),
        ('architecture = "pool99"', "architecture: layer 1 (max pooling 99×99): its window of 99 is larger"),
        ('dataset = "mnist"', "dataset must be one of fashion-mnist, synthetic, not 'mnist'"),
        ("seed = -1", "seed must be at least 0, not -1"),
        ("seed = 1.0", "seed must be an integer, not 1.0 (a float)"),
        ("seed = true", "seed must be an integer, not true (a boolean)"),
        ('optimizer = "banana"', "optimizer must be one of adam, adamw,"),
        ("optimizer = [1]", "optimizer must be one of adam, adamw,"),
        ("learning_rate = 0", "learning rate must be a number from 1e-07 to 10, not 0"),
        ("learning_rate = nan", "learning rate must be a number from 1e-07 to 10, not nan"),
        ("learning_rate = { x = 1 }", "learning rate must be a number from 1e-07 to 10, not { x = 1 } (a table)"),
        ("batch_size = 0", "batch size must be a whole number from 1 to 60,000, not 0"),
        ("epochs = 0", "epochs must be a whole number from 1 to 10,000, not 0"),
        ("epochs = 2.0", "epochs must be a whole number from 1 to 10,000, not 2.0 (a float)"),
        ("epochs = true", "epochs must be a whole number from 1 to 10,000, not true (a boolean)"),
        ("validation_fraction = 1", "validation fraction must be a number from 0 to 0.9, not 1"),
        ("split_seed = 4294967296", "split seed must be a whole number from 0 to 4,294,967,295,"),
        ("patience = -1", "patience must be a whole number from 0 to 10,000, not -1"),
        ("patience = 08:00:00", "patience must be a whole number from 0 to 10,000, not 08:00:00 (a time)"),
        ('status = "done"', "status must be one of finished, stopped, failed, interrupted, not 'done'"),
        ("reason = 1", 'reason must be a string, not 1 (an integer); write reason = "1"'),
        ('started = "today"', 'started must be a date and time, not "today" (a string); write started = 20'),
        ("started = 2024-01-01", "started must be a date and time, not 2024-01-01 (a date); write started = 20"),
        ('seconds = "7"', 'seconds must be a number, not "7" (a string)'),
        ("parameters = 1.5", "parameters must be an integer, not 1.5 (a float)"),
        ("parameters = -1", "parameters must be at least 0, not -1"),
        ("test_accuracy = true", "test_accuracy must be a number, not true (a boolean)"),
        ('test_loss = "0.3"', 'test_loss must be a number, not "0.3" (a string)'),
        ("accuracy = 0.5", "accuracy must be an array of numbers, not 0.5 (a float)"),
        ("accuracy = [0.5, true]", "accuracy must be an array of numbers; its entry 2 is true (a boolean)"),
        ("accuracy = [0.5]", "accuracy and loss must have as many entries"),
        ("val_loss = [0.5]", "val_accuracy and val_loss must have as many entries as loss, or none"),
        ("confusion = 1", "confusion must be an array of rows, not 1 (an integer)"),
        ("dead_units_by_layer = 3", "dead_units_by_layer must be an array of integers, not 3 (an integer)"),
        ("dead_units_by_layer = [3, -1]", "dead_units_by_layer must be an array of integers, each 0 or more"),
        ("dead_units_by_layer = [0.5]", "dead_units_by_layer must be an array of integers, each 0 or more"),
        ("confusion = [[1, 2]]", "confusion must be 10 rows of 10 integers"),
        pytest.param(
            f"confusion = {[[0.5] * 10] * 10}",
            "confusion must be 10 rows of 10 integers",
            id="confusion of fractions",
        ),
        ("environment = 3", "environment must be a table, not 3 (an integer)"),
    ],
)
def test_a_value_of_a_wrong_kind_is_refused_with_its_record_and_line(line: str, says: str) -> None:
    # A good value comes first: what was read of it must not vouch for its likes, as 1 for true.
    text = A_RUN + "\n" + run_with(line)
    last = text.count("\n")

    assert refusal(text).startswith(f"experiments.toml, line {last}: run 2: {says}")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("2026-01-01", 'not 2026-01-01 (a date); write note = "2026-01-01"'),
        ("07:32:00", 'not 07:32:00 (a time); write note = "07:32:00"'),
        ("2026-01-01T07:32:00Z", 'not 2026-01-01T07:32:00+00:00 (a date and time); write note = "2026-'),
        ("2026-01-01 07:32:00", 'not 2026-01-01T07:32:00 (a date and time); write note = "2026-'),
        ("true", 'not true (a boolean); write note = "true"'),
        ("-1.5e300", 'not -1.5e+300 (a float); write note = "-1.5e+300"'),
        ("nan", 'not nan (a float); write note = "nan"'),
        ("[2026-01-01, [07:32:00]]", 'not [2026-01-01, [07:32:00]] (an array); write note = "…"'),
        ("{ when = 2026-01-01 }", 'not { when = 2026-01-01 } (a table); write note = "…"'),
        (f"[{'1, ' * 50_000}]", f"not [{'1, ' * 18}1,"[:61] + "… (an array)"),
    ],
    ids=["date", "time", "moment", "local moment", "boolean", "float", "nan", "array", "table", "long array"],
)
def test_a_wrong_value_is_told_in_the_words_of_toml(value: str, says: str) -> None:
    text = f'[[experiment]]\nname = "a"\narchitecture = "8"\nnote = {value}\n'

    assert refusal(text).startswith(f"experiments.toml, line 4: experiment 1: note must be a string, {says}")


@pytest.mark.parametrize("key", ["epochs", "learning_rate", "optimizer", "repeats", "published", "starred", "name"])
@pytest.mark.parametrize(
    "value", ["2026-01-01", "07:32:00", "[2026-01-01]", "{ a = 2026-01-01 }", "true", "'x'", "1.5", "[[true]]"]
)
def test_no_message_speaks_python(key: str, value: str) -> None:
    given = {"name": '"a"', "architecture": '"8"', key: value}
    text = "[[experiment]]\n" + "".join(f"{name} = {each}\n" for name, each in given.items())
    try:
        read_text(text, "experiments.toml")
    except NotebookError as error:
        said = str(error)
        assert not re.search(r"datetime|True|False|None|TzInfo|\{'", said)


def test_a_wrong_value_within_a_table_on_one_line_is_placed_at_its_record() -> None:
    text = run_with("environment = { python = 3 }")

    assert refusal(text) == (
        'experiments.toml, line 2: run 1: python must be a string, not 3 (an integer); write python = "3"'
    )


@pytest.mark.parametrize(
    "key", ["id", "experiment", "architecture", "dataset", "seed", "status", "started", "parameters"]
)
def test_a_key_that_a_run_cannot_do_without_is_named(key: str) -> None:
    text = "".join(line for line in A_RUN.splitlines(keepends=True) if not line.startswith(f"{key} = "))

    assert refusal(text) == f"experiments.toml, line 1: run 1: {key} is missing"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("name = 64", 'name must be a string, not 64 (an integer); write name = "64"'),
        ('name = " "', "name must not be empty"),
        ("repeats = 0", f"repeats must be from 1 to {MOST_REPEATS:,}, not 0"),
        (f"repeats = {MOST_REPEATS + 1}", f"repeats must be from 1 to {MOST_REPEATS:,}, not {MOST_REPEATS + 1}"),
        ("repeats = true", "repeats must be an integer, not true (a boolean)"),
        ("repeats = 1.5", "repeats must be an integer, not 1.5 (a float)"),
        ('dataset = "auto"', "dataset: auto is no dataset; write fashion-mnist, synthetic or the name of other data"),
        ("published = 0.87", "published must be a table of test_accuracy and test_loss, not 0.87 (a float)"),
        ("note = 1", 'note must be a string, not 1 (an integer); write note = "1"'),
        ("section = []", 'section must be a string, not [] (an array); write section = "…"'),
    ],
)
def test_a_plans_value_of_a_wrong_kind_is_refused_with_its_line(line: str, says: str) -> None:
    text = f'{HANDWRITTEN}\n[[experiment]]\nname = "third"\narchitecture = "8"\n{line}\n'
    if line.startswith("name"):
        text = text.replace('name = "third"\n', "")
    number = text.splitlines().index(line) + 1

    assert refusal(text) == f"experiments.toml, line {number}: experiment 3: {says}"


def test_published_figures_are_both_or_none() -> None:
    text = '[[experiment]]\nname = "a"\narchitecture = "8"\npublished = { test_accuracy = 0.8 }\n'

    assert refusal(text) == "experiments.toml, line 1: experiment 1: test_loss is missing"


def test_two_runs_of_one_id_and_two_plans_of_one_name_are_refused() -> None:
    plan = '[[experiment]]\nname = "a"\narchitecture = "8"\n'

    assert refusal(A_RUN + A_RUN) == (
        "experiments.toml, line 11: run 2 has the id of run 1, 'r1'; give one of them another"
    )
    assert refusal(plan + A_RUN + plan) == (
        "experiments.toml, line 14: experiment 2 has the name of experiment 1, 'a'; give one of them another"
    )


def test_a_wrong_value_is_found_among_comments_and_other_tables() -> None:
    indented = A_RUN.replace("[[run]]", "  [[ run ]]").replace("r1", "r2")
    indented = indented.replace("seed = 3", "# seed = 1\n'seed'  = -4 # no")
    text = f"{HANDWRITTEN}\n{A_RUN}\n# [[run]]\n\n{indented}[run.own]\nseed = 5\n"
    number = text.splitlines().index("'seed'  = -4 # no") + 1

    assert refusal(text) == f"experiments.toml, line {number}: run 2: seed must be at least 0, not -4"


@given(
    st.lists(
        st.sampled_from((HANDWRITTEN, A_RUN, "[[run]]\n", "id = ", "=", "\n", '"', "'''", "[", "]]", "1e999", "#"))
        | hostile_text(),
        max_size=6,
    ).map("".join)
)
def test_any_text_is_a_notebook_or_refused_in_one_line(text: str) -> None:
    message = ""
    try:
        read_text(text.encode("utf-8", "replace").decode(), "experiments.toml")
    except NotebookError as error:
        message = str(error)

    assert message.isprintable()
    assert len(message) < 1_000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '[build-system]\nrequires = []\n[project]\nname = "x"\n[tool.ruff]\n[more]\n',
            "it has `build-system`, `project`, `tool` and neither format, [[experiment]] nor [[run]]; name another",
        ),
        ('title = "mine"\n', "it has `title` and neither format"),
        ('[[experiments]]\nname = "a"\narchitecture = "64"\n', "write [[experiment]]"),
        ('[[Run]]\nid = "a"\n', "write [[run]]"),
        ('"a\\u001b[2J" = 1\n', "it has `a\\x1b[2J` and"),
    ],
)
def test_a_file_that_has_something_and_nothing_of_a_notebook_is_none(text: str, says: str) -> None:
    told = refusal(text)

    assert told.startswith("experiments.toml: not a notebook: ")
    assert says in told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '[[experiment]]\ntitle = "a"\narchitecture = "64"\n',
            "name is missing; `title` is not known; did you mean `name`?",
        ),
        ('[[experiment]]\nname = "a"\nhidden_layer_sizes = [64]\n', "did you mean `architecture`?"),
        ('[[experiment]]\nname = "a"\nArchitecture = "64"\n', "did you mean `architecture`?"),
        ('[[experiment]]\nname = "a"\narchitectur = "64"\n', "did you mean `architecture`?"),
    ],
)
def test_what_is_missing_is_told_with_the_key_that_was_likely_meant_for_it(text: str, says: str) -> None:
    assert says in refusal(text)


def test_a_long_value_is_cut_short_in_the_message() -> None:
    for line in (f'optimizer = "{"a" * 1_000_000}"', f'dataset = "{"a" * 1_000_000}"', f'id = "{"-" * 1_000_000}"'):
        assert len(refusal(run_with(line))) < 400


def test_records_keep_the_order_of_the_text() -> None:
    runs: tuple[Run, ...] = tuple(a_run(f"r{number}", seed=number) for number in (3, 1, 2))
    plans = tuple(a_plan(name) for name in "cab")
    text = "".join(
        record_text("run", run_record(run)) + record_text("experiment", experiment_record(plan))
        for run, plan in zip(runs, plans, strict=True)
    )

    assert read_text(text, "experiments.toml") == Notebook(plans, runs)
