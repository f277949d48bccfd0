"""Completion in bash, zsh and fish: the words that they are answered, and what they make of them."""

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest
from command_line import PROGRAM, Call, bare_environment
from sample_records import a_plan, a_run

from fmnist_tui.lab.experiments.presets import presets
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import OPTIMIZERS
from fmnist_tui.lab.records.shorthand import shorthand

DANGEROUS = (
    "a $(touch hit)",
    "a `touch hit`",
    "a \\$(touch hit)",
    "a '; touch hit; '",
    'a "; touch hit; "',
    "a\x1b[31m",
)

Complete = Callable[..., list[str]]
"""Returns what bash is answered for words, of which the last is unfinished."""


@pytest.fixture
def complete(call: Call, monkeypatch: pytest.MonkeyPatch) -> Complete:
    def complete(*words: str) -> list[str]:
        monkeypatch.setenv("_FMNIST_TUI_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", "\n".join(("fmnist-tui", *words)))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        outcome = call()
        assert (outcome.status, outcome.err) == (0, "")
        return outcome.out.splitlines()

    return complete


@pytest.fixture
def notebook(folder: Path) -> NotebookFile:
    file = NotebookFile(folder / "experiments.toml")
    file.append_experiments((a_plan("one layer of 64"), a_plan("one, & two: (both)"), *map(a_plan, DANGEROUS)))
    file.append_run(a_run("aaaa1", experiment="one layer of 64"))
    file.append_run(a_run("bbbb2", experiment="unplanned"))
    return file


def test_commands_and_options_are_completed(complete: Complete) -> None:
    assert complete("sh") == ["show"]
    assert complete("train", "64", "--lear") == ["--learning-rate"]
    assert complete("train", "64", "--dataset", "") == ["auto", "fashion-mnist", "synthetic"]
    assert complete("train", "64", "--optimizer", "") == list(OPTIMIZERS)


@pytest.mark.parametrize("command", ["show", "compare", "clues", "run", "export", "code"])
def test_names_of_experiments_are_completed_as_bash_would_read_them(
    complete: Complete, notebook: NotebookFile, command: str
) -> None:
    found = complete(command, "one")

    assert [shlex.split(each) for each in found] == [["one layer of 64"], ["one, & two: (both)"]]
    assert complete(command, '"one l') == ["one layer of 64"]
    assert complete(command, r"one\ l") == [r"one\ layer\ of\ 64"]
    assert complete(command, "un") == ["unplanned"]


def test_a_name_that_a_shell_could_take_for_a_command_is_left_out(complete: Complete, notebook: NotebookFile) -> None:
    assert complete("show", "a") == ["aaaa1"]


def test_ids_of_runs_are_completed_once_a_letter_is_typed(complete: Complete, notebook: NotebookFile) -> None:
    assert complete("show", "bb") == ["bbbb2"]
    assert "bbbb2" not in complete("show", "")
    assert complete("predict", "") == ["bbbb2", "aaaa1"]


def test_the_ids_that_recover_completes_are_those_of_missing_runs(complete: Complete, notebook: NotebookFile) -> None:
    before = notebook.path.read_bytes()
    notebook.record(a_run("lost1", experiment="unplanned"))
    notebook.path.write_bytes(before)

    assert complete("recover", "--add", "") == ["lost1"]
    assert complete("recover", "--forget", "lo") == ["lost1"]
    assert complete("recover", "--add", "aaaa1", "") == ["lost1"]
    assert notebook.path.read_bytes() == before


def test_architectures_are_those_of_the_presets_and_of_the_notebook(complete: Complete, folder: Path) -> None:
    (folder / "experiments.toml").write_text('[[experiment]]\nname = "mine"\narchitecture = "99:tanh-98"\n')

    found = complete("train", "")

    assert {shorthand(each.architecture) for each in presets()} <= set(found)
    assert "99:tanh-98" in found
    assert complete("preflight", "99", ":", "ta") == ["tanh-98"]  # bash takes words apart at a colon


def test_filters_sort_keys_and_columns_are_completed(complete: Complete, notebook: NotebookFile) -> None:
    assert complete("list", "--filter", "'acc>0.87 dep") == ["acc>0.87 depth="]
    assert complete("list", "--filter", "'status=fin") == ["status=finished"]
    assert set(complete("list", "--sort", "")) == set(FIELDS)
    assert complete("list", "--columns", "acc,param") == ["acc,params"]


def test_the_notebook_is_that_of_the_command_line(complete: Complete, folder: Path) -> None:
    NotebookFile(folder / "other.toml").append_experiments((a_plan("elsewhere"),))

    assert complete("show", "") == []
    assert complete("show", "--file", "other.toml", "") == ["elsewhere"]
    assert complete("show", "--file", "=", "other.toml", "") == ["elsewhere"]
    assert complete("--file", "other.toml", "show", "") == ["elsewhere"]


@pytest.mark.parametrize("text", ["[[run", "format = 9", "\x00", '[[experiment]]\nname = "x"\n'])
def test_a_broken_notebook_is_passed_over_in_silence(complete: Complete, folder: Path, text: str) -> None:
    (folder / "experiments.toml").write_text(text)

    assert complete("show", "") == []
    assert complete("tra") == ["train"]


def test_a_failure_says_nothing_and_ends_in_1(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_FMNIST_TUI_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "fmnist-tui")
    monkeypatch.setenv("COMP_CWORD", "no number")

    outcome = call()

    assert (outcome.status, outcome.out, outcome.err) == (1, "", "")


def test_the_script_is_printed_and_nothing_is_written(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_FMNIST_TUI_COMPLETE", "source_fish")

    outcome = call()

    assert outcome.status == 0
    assert "complete --command fmnist-tui" in outcome.out
    assert list(Path.home().iterdir()) == []


def start(shell: str, folder: Path, *words: str) -> pexpect.spawn:
    """Start a shell that knows the program and its completions."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    program = folder / "bin" / "fmnist-tui"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec " + shlex.join(PROGRAM) + ' "$@"\n')
    program.chmod(0o755)
    variables = bare_environment(folder) | {"PS1": "> "}
    variables["PATH"] = f"{program.parent}:{variables['PATH']}"
    return pexpect.spawn(shell, [*words], cwd=str(folder), env=variables, encoding="utf-8", dimensions=(24, 200))


SHELLS = {
    "bash": (("--norc", "--noprofile"), 'eval "$(_FMNIST_TUI_COMPLETE=source_bash fmnist-tui)"'),
    "zsh": (("-f",), 'autoload -Uz compinit; compinit -u -D; eval "$(_FMNIST_TUI_COMPLETE=source_zsh fmnist-tui)"'),
    "fish": (("--no-config",), "_FMNIST_TUI_COMPLETE=source_fish fmnist-tui | source"),
}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_a_name_with_blanks_and_runs_the_command(
    shell: str, notebook: NotebookFile, folder: Path
) -> None:
    options, script = SHELLS[shell]
    terminal = start(shell, folder, *options)
    try:
        terminal.sendline(f"{script}; echo rea''dy")
        terminal.expect("ready", timeout=60)
        terminal.send("fmnist-tui show 'one l\t" if shell == "bash" else "fmnist-tui show one\\ l\t")
        terminal.expect("of", timeout=60)
        terminal.sendline("")
        terminal.expect("parameters", timeout=60)
        assert not (folder / "hit").exists()
    finally:
        terminal.close(force=True)
