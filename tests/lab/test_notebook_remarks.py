"""Keys that are probably mistyped are remarked on; keys of a person's own are kept in silence."""

from pathlib import Path

import pytest
from sample_records import a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.reading import read_text

TEXT = """\
format = 1

[[experiment]]
name = "a"
architecture = "64"

[[experiment]]
name = "b"
architecture = "64"

[[run]]
id = "r0"
experiment = "a"
architecture = "64"
dataset = "synthetic"
seed = 0
status = "finished"
started = 2024-11-24T08:30:00Z
parameters = 50890
"""


def remarks(text: str) -> tuple[str, ...]:
    return read_text(text, "experiments.toml").remarks


@pytest.mark.parametrize(
    ("line", "after", "says"),
    [
        ("repeat = 5", 'name = "b"', "experiment 2: `repeat` is not known; did you mean `repeats`?"),
        ('Note = "x"', 'name = "b"', "experiment 2: `Note` is not known; did you mean `note`?"),
        ("learning-rate = 0.1", 'name = "a"', "experiment 1: `learning-rate` is not known; did you mean"),
        ("patiance = 3", 'id = "r0"', "run 1: `patiance` is not known; did you mean `patience`?"),
        ('"stared" = true', 'id = "r0"', "run 1: `stared` is not known; did you mean `starred`?"),
        ("fromat = 1", "format = 1", "`fromat` is not known; did you mean `format`?"),
    ],
)
def test_a_key_that_is_like_a_known_one_is_remarked_on_with_its_line(line: str, after: str, says: str) -> None:
    text = TEXT.replace(f"{after}\n", f"{after}\n{line}\n", 1)
    number = text.splitlines().index(line) + 1

    (remark,) = remarks(text)

    assert remark.startswith(f"experiments.toml, line {number}: {says}")


def test_records_under_a_name_that_is_like_theirs_are_remarked_on() -> None:
    text = f'{TEXT}\n[[experiments]]\nname = "c"\n'

    assert remarks(text) == (
        f"experiments.toml, line {text.splitlines().index('[[experiments]]') + 1}: "
        "`experiments` is not known; did you mean `experiment`?",
    )


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        *(
            (f"{word} = 0.1", f"did you mean `{ours}`?")
            for ours, words in {
                "learning_rate": "lr learning-rate learningRate learning_rate_init eta0",
                "batch_size": "batch bs batchsize Batch_Size mini-batch",
                "epochs": "n_epochs num_epochs max_iter epoch",
                "validation_fraction": "validation_split val_split test_size",
                "split_seed": "random_state",
                "patience": "early_stopping n_iter_no_change",
                "optimizer": "opt solver optimiser",
                "architecture": "layers hidden_layer_sizes units",
                "repeats": "n_repeats trials repeat",
                "dataset": "data",
            }.items()
            for word in words.split()
        ),
        ("dropout = 0.5", "write it in the architecture, such as 64-drop0.5"),
        ("activation = 'tanh'", "write it in the architecture, such as 64:tanh"),
        ("seed = 7", "a plan has the seeds from 0 to repeats - 1; `train --seed` takes another first one"),
        ("weight_decay = 0.01", "no training here has such a setting"),
        ("training = { epochs = 3 }", "write its keys in the [[experiment]] itself"),
    ],
)
def test_the_words_of_other_libraries_are_answered_with_ours(line: str, mend: str) -> None:
    text = TEXT.replace('name = "b"\n', f'name = "b"\n{line}\n')
    number = text.splitlines().index(line) + 1
    key = line.partition(" ")[0]

    notebook = read_text(text, "experiments.toml")

    told = f"experiments.toml, line {number}: experiment 2: `{key}` is not known; {mend}"
    assert notebook.remarks == (told,)
    assert notebook.mistakes == {"b": told}


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("lr = 0.1", "`learning_rate` belongs in an [[experiment]]"),
        ("epochs = 3", "`epochs` belongs in an [[experiment]]"),
        ("repeats = 3", "`repeats` belongs in an [[experiment]]"),
        ("training = { epochs = 3 }", "write its keys in the [[experiment]] itself"),
        ("runs = {}", "did you mean `run`?"),
    ],
)
def test_what_stands_at_the_top_and_belongs_in_a_plan_is_remarked_on(line: str, mend: str) -> None:
    notebook = read_text(f"{line}\n{TEXT}", "experiments.toml")

    (told,) = notebook.remarks
    assert told == f"experiments.toml, line 1: `{line.partition(' ')[0]}` is not known; {mend}"
    assert notebook.mistakes == {"": told}


@pytest.mark.parametrize(
    ("header", "key"),
    [("[training]", "training"), ("[[experiments]]", "experiments"), ("[runs]", "runs"), ("[runs.first]", "runs")],
)
def test_a_foreign_table_is_remarked_on_with_the_line_of_its_header(header: str, key: str) -> None:
    text = f"{TEXT}\n{header}\nepochs = 3\n"

    (told,) = remarks(text)

    assert told.startswith(f"experiments.toml, line {text.splitlines().index(header) + 1}: `{key}` is not known; ")


def test_a_table_within_a_plan_is_remarked_on_with_the_line_of_its_header() -> None:
    text = TEXT.replace("[[run]]", "[experiment.training]\nepochs = 3\n\n[[run]]")

    (told,) = remarks(text)

    line = text.splitlines().index("[experiment.training]") + 1
    assert told.startswith(f"experiments.toml, line {line}: experiment 2: `training` is not known; ")


def test_what_a_run_holds_is_remarked_on_and_keeps_no_plan_from_training() -> None:
    notebook = read_text(f"{TEXT}lr = 0.1\nmomentum = 0.9\nweight_decay = 1\n", "experiments.toml")

    (told,) = notebook.remarks
    assert "run 1: `lr` is not known; did you mean `learning_rate`?" in told
    assert notebook.mistakes == {}


def test_a_word_of_others_beside_our_own_is_a_mistake_all_the_same() -> None:
    (told,) = remarks(TEXT.replace('name = "b"\n', 'name = "b"\nlearning_rate = 0.1\nlr = 0.2\n'))

    assert "`lr` is not known; did you mean `learning_rate`?" in told


def test_thousands_of_unknown_keys_cost_no_more_than_reading_them(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    def counting(key: str, known: tuple[str, ...], **options: object) -> list[str]:
        compared.append(key)
        return []

    monkeypatch.setattr("fmnist_tui.lab.toml.remarks.get_close_matches", counting)
    text = TEXT + "".join(f"own_key_{number} = 1\n" for number in range(20_000)) + "batch = 5\n"

    (told,) = remarks(text)

    assert f"line {text.count(chr(10))}: run 1: `batch` is not known" in told
    assert len(compared) == 200


@pytest.mark.parametrize("line", ["mood = 'good'", "tags = ['a']", "machine = 'mine'", "x = 1", "notes2024 = 'y'"])
def test_a_key_of_a_persons_own_is_kept_in_silence(line: str) -> None:
    assert remarks(TEXT.replace('name = "b"\n', f'name = "b"\n{line}\n')) == ()


def test_a_key_beside_the_one_it_is_like_is_a_persons_own() -> None:
    assert remarks(TEXT.replace('name = "b"\n', 'name = "b"\nnote = "x"\nnote2 = "y"\n')) == ()


def test_a_hostile_key_is_shown_and_not_acted_out() -> None:
    text = TEXT.replace('name = "b"\n', 'name = "b"\n"repeats\\u001b[2J\\u202e" = 5\n')

    assert all(remark.isprintable() for remark in remarks(text))
    assert remarks(TEXT.replace('name = "b"\n', f'name = "b"\n{"repeats" * 50_000} = 5\n')) == ()


def test_remarks_and_unknown_keys_outlive_every_writing(tmp_path: Path) -> None:
    notebook = NotebookFile(tmp_path / "experiments.toml")
    notebook.path.write_text(TEXT.replace('name = "b"\n', 'name = "b"\nrepeat = 5\nmood = 1\n'), encoding="utf-8")

    notebook.append_run(a_run("r1"))
    notebook.edit_run("r0", {"starred": True})
    notebook.delete(["r1"])

    (remark,) = notebook.read().remarks
    assert "`repeat` is not known" in remark
    assert notebook.read().unknown == {("experiment", 1): {"repeat": 5, "mood": 1}}


def test_a_slip_in_every_record_is_told_in_a_few_lines() -> None:
    record = TEXT.partition("[[run]]")[2]
    text = "".join(f"[[run]]{record.replace('r0', f'r{number}')}stared = true\n" for number in range(30))

    lines = remarks(text)

    assert len(lines) == 11
    assert lines[-1] == "experiments.toml: 20 more keys that are probably mistyped"
