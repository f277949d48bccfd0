"""Keys that are probably mistyped are remarked on; keys of a person's own are kept in silence."""

from pathlib import Path

import pytest
from samples import a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.reading import read_text

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
