"""What a person can mend ends in status 2 and one line that says what and how; nothing is harmed."""

from pathlib import Path

import pytest
from command_line import Call, call_apart
from fake_trainer import FakeTrainer

MISTAKES = (
    (("train", "0"), ("layer 1", "units", "not 0")),
    (("train", "64-banana"), ("layer 2", "'banana'", "write 64")),
    (("train", "pool99"), ("layer 1", "99", "use 28 or less")),
    (("train", ""), ("linear",)),
    (("train", "64\n32"), ("'64\\n32'",)),
    (("train",), ("ARCH", "--help")),
    (("train", "64", "--epochs", "-1"), ("epochs", "1 to 10,000", "not -1")),
    (("train", "64", "--epochs", "many"), ("--epochs", "integer")),
    (("train", "64", "--batch-size", "1.000"), ("--batch-size", "'1.000'", "read as 1 or as 1,000", "write 1 or 1000")),
    (("train", "64", "--learning-rate", "0,5"), ("--learning-rate", "write 0.5")),
    (("train", "64", "--jobs", "1.000"), ("--jobs", "write 1 or 1000")),
    (("--jobs", "2.000"), ("--jobs", "write 2 or 2000")),
    (("train", "64", "--batch-size", "0"), ("batch size", "not 0")),
    (("train", "64", "--optimizer", "foo"), ("optimizer", "adam", "sgd", "not 'foo'")),
    (("train", "64", "--learning-rate", "nan"), ("learning rate", "not nan")),
    (("train", "64", "--validation-fraction", "1"), ("validation fraction", "0.9")),
    (("train", "64", "--seed", "-1"), ("--seed", "-1")),
    (("train", "64", "--repeats", "0"), ("--repeats", "not 0")),
    (("train", "64", "--name", " "), ("--name", "empty")),
    (("train", "64", "--dataset", "mnist"), ("mnist is none of the program's own", "synthetic", "--data")),
    (("train", "64", "--fast"), ("--fast", "fmnist-tui train --help")),
    (("train", "64", "--file", "none/such.toml"), ("none: no such folder", "--file")),
    (("train", "64", "--file", "."), ("is a folder", "experiments.toml")),
    (("run", "--file", "none/such.toml"), ("none: no such folder", "--file")),
    (("init", "--file", "none/such.toml"), ("none: no such folder", "--file")),
    (("run",), ("experiments.toml", "fmnist-tui init")),
    (("run", "--repeats", "0"), ("--repeats", "not 0")),
    (("show", "nothing"), ("'nothing'", "fmnist-tui list")),
    (("show",), ("ID|NAME",)),
    (("compare", "nothing", "64"), ("'nothing'", "fmnist-tui list")),
    (("compare",), ("A B",)),
    (("list", "--filter", "acc>"), ("character 5", "a value is missing")),
    (("list", "--sort", "nothing"), ("'nothing'", "keys: name")),
    (("code", "nothing"), ("'nothing'", "layer 1")),
    (("export",), ("no run has finished",)),
    (("fly",), ("'fly'", "--help")),
    (("trian", "64"), ("'trian'", " `fmnist-tui --help` shows how")),
    (("--dataset", "a@b"), ("--dataset", "printable characters without @")),
    ((), ("needs a terminal",)),
)

BROKEN = {
    "a syntax error": ('format = 1\n\n[[run]\nid = "r"\n', ("line 3",)),
    "a future format": ('format = 2\n\n[[experiment]]\nname = "a"\narchitecture = "64"\n', ("format = 2",)),
    "a wrong type": ("format = 1\n\n[[experiment]]\nname = 5\n", ("line 4", "experiment 1", "name", "not 5")),
    "a file that is no notebook": ('[project]\nname = "x"\n', ("not a notebook: it has `project`", "--file")),
    "an unknown layer": ('[[experiment]]\nname = "a"\narchitecture = "64-banana"\n', ("experiment 1", "'banana'")),
    "a name that is there twice": (
        '[[experiment]]\nname = "a"\narchitecture = "64"\n[[experiment]]\nname = "a"\narchitecture = "32"\n',
        ("'a'", "another"),
    ),
}

COMMANDS = (
    ("train", "64"),
    ("train", "64", "--json"),
    ("run",),
    ("list",),
    ("list", "--json"),
    ("show", "64"),
    ("show", "64", "--json"),
    ("compare", "64", "32"),
    ("code", "64"),
    ("export",),
    ("init",),
)


@pytest.mark.parametrize(("words", "said"), MISTAKES, ids=[" ".join(words) or "alone" for words, _ in MISTAKES])
def test_a_mistake_is_said_in_one_line_and_nothing_is_done(
    call: Call, trainer: FakeTrainer, folder: Path, words: tuple[str, ...], said: tuple[str, ...]
) -> None:
    outcome = call(*words)

    outcome.assert_mendable(*said)
    assert trainer.jobs == []
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_notebook_stops_every_command_and_keeps_its_bytes(
    call: Call, trainer: FakeTrainer, folder: Path, command: tuple[str, ...], broken: str
) -> None:
    text, said = BROKEN[broken]
    path = folder / "experiments.toml"
    path.write_text(text, encoding="utf-8")

    outcome = call(*command)

    outcome.assert_mendable("experiments.toml", *(() if command == ("init",) else said))
    assert path.read_text(encoding="utf-8") == text
    assert list(folder.iterdir()) == [path]
    assert trainer.jobs == []


def test_another_file_is_named_in_what_is_said_of_it(call: Call, folder: Path) -> None:
    (folder / "mine.toml").write_text("format = 7\n", encoding="utf-8")

    call("list", "--file", "mine.toml").assert_mendable("mine.toml", "format = 7")


def test_a_mistake_looks_the_same_from_a_shell(folder: Path) -> None:
    outcome = call_apart("train", "64-banana", folder=folder)

    outcome.assert_mendable("'banana'")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [("show", "\udcff\x1b[31m"), ("train", "\udcff\x1b[31m"), ("list", "--\udcff\x1b[31m"), ("\udcff\x1b[31m",)],
    ids=["name", "architecture", "option", "command"],
)
def test_a_mistake_that_would_act_on_a_terminal_is_told_as_its_characters(call: Call, words: tuple[str, ...]) -> None:
    call(*words).assert_mendable("\\udcff\\x1b[31m")


def test_a_file_s_name_is_told_as_its_characters_too(call: Call, folder: Path) -> None:
    (folder / "\x1b[31m.toml").write_text("format = 7\n", encoding="utf-8")

    call("list", "--file", "\x1b[31m.toml").assert_mendable("\\x1b[31m.toml")
