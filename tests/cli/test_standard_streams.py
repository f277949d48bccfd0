"""Whatever is behind standard input, output and error, every command ends in words of its own and nothing is lost."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Call, Outcome, bare_environment
from fake_program import COMMAND_LINES, QUICK_PROGRAM, fill, registered
from program_server import ProgramServer

from fmnist_tui.lab.notebook.file import NotebookFile

FULL = Path("/dev/full")
needs_full_device = pytest.mark.skipif(not FULL.exists(), reason="a device that is always full is Linux's")

HELP = {"--help": ("--help",), "--version": ("--version",)} | {
    f"{name} --help": (name, "--help") for name in registered()
}
ALL = COMMAND_LINES | dict(sorted(HELP.items()))


def shell(words: tuple[str, ...], redirections: str, folder: Path, **variables: str) -> Outcome:
    """Run a command as a shell does, its descriptors redirected; what it writes on others comes back."""
    done = subprocess.run(
        ["bash", "-c", f"{shlex.join((*QUICK_PROGRAM, *words))} {redirections}"],
        cwd=folder,
        env=bare_environment(folder) | variables,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def test_every_command_is_tried() -> None:
    assert COMMAND_LINES.keys() == registered()


@pytest.mark.parametrize("command", ALL)
@pytest.mark.parametrize(
    ("place", "why"),
    [pytest.param(FULL, "No space left on device", marks=needs_full_device), (None, "it is closed")],
    ids=["full", "closed"],
)
def test_output_that_cannot_be_written_is_said_in_one_line(
    folder: Path, server: ProgramServer, command: str, place: Path | None, why: str
) -> None:
    fill(folder)

    outcome = server.run(ALL[command], folder, streams={1: place})

    outcome.assert_mendable("standard output cannot be written", why)


@pytest.mark.parametrize("command", COMMAND_LINES)
@pytest.mark.parametrize(
    "streams",
    [pytest.param({2: FULL}, marks=needs_full_device), {2: None}, {0: None}],
    ids=["full", "closed", "input"],
)
def test_without_standard_error_or_input_a_command_does_the_same(
    folder: Path, server: ProgramServer, command: str, streams: dict[int, Path | None]
) -> None:
    fill(folder)

    outcome = server.run(COMMAND_LINES[command], folder, streams=streams)

    assert (outcome.status, bool(outcome.out)) == (0, True)
    assert "Traceback" not in outcome.out + outcome.err


@pytest.mark.parametrize("redirections", ["> /dev/full", ">&-", "2> /dev/full", "2>&-", "<&-", "<&- >&- 2>&-"])
@needs_full_device
def test_python_itself_starts_with_such_streams_as_well(folder: Path, redirections: str) -> None:
    """The tests above fork from a program that was started with all its streams."""
    fill(folder)

    outcome = shell(("list",), redirections, folder)

    if ">&-" in redirections.split() or redirections == "> /dev/full":
        assert (outcome.status, outcome.out) == (2, "")
        assert outcome.err.count("\n") == ("2>&-" not in redirections)
    else:
        assert (outcome.status, bool(outcome.out)) == (0, True)
    assert "Traceback" not in outcome.out + outcome.err


@pytest.mark.parametrize("redirections", ["> /dev/full", ">&-", "> /dev/full 2>&1", ">&- 2>&-", "<&- >&- 2>&-"])
@needs_full_device
def test_every_seed_is_trained_and_recorded_all_the_same(folder: Path, redirections: str) -> None:
    outcome = shell(("train", "64", "--repeats", "3"), redirections, folder)

    notebook = NotebookFile(folder / "experiments.toml").read()
    assert [(run.seed, run.status) for run in notebook.runs] == [(seed, "finished") for seed in range(3)]
    assert (outcome.status, outcome.out) == (2, "")


@needs_full_device
def test_a_mistake_stays_the_one_thing_that_is_said(folder: Path) -> None:
    shell(("show", "nothing"), "> /dev/full", folder).assert_mendable("'nothing'")


@pytest.mark.parametrize("redirections", ["2>&-", "2> /dev/full"])
@needs_full_device
def test_a_mistake_that_cannot_be_said_is_not_said_elsewhere(folder: Path, redirections: str) -> None:
    outcome = shell(("show", "nothing"), redirections, folder)

    assert (outcome.status, outcome.out) == (2, "")


def test_no_file_gets_the_number_of_a_closed_stream(folder: Path) -> None:
    program = (
        "import os, sys; from fmnist_tui.cli.output import StandardStreams; StandardStreams();"
        "file = os.open('mine', os.O_WRONLY | os.O_CREAT); os.write(file, b'kept'); print('on output');"
        "print('on error', file=sys.stderr); sys.stdin.read(); sys.exit(file < 3)"
    )

    status = subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} -c {shlex.quote(program)} <&- >&- 2>&-"], check=False
    )

    assert status.returncode == 0
    assert (folder / "mine").read_bytes() == b"kept"


@pytest.mark.parametrize("command", sorted(COMMAND_LINES.keys() - {"train", "run"}))
def test_a_reader_that_goes_away_is_no_error(folder: Path, server: ProgramServer, command: str) -> None:
    fill(folder)
    reading, writing = os.pipe()
    os.close(reading)

    outcome = server.run(COMMAND_LINES[command], folder, streams={1: writing})
    os.close(writing)

    assert (outcome.status, "Traceback" in outcome.err, "Broken" in outcome.err) == (0, False, False)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["lines", "json"])
def test_a_training_goes_on_without_the_reader_of_its_output(folder: Path, form: tuple[str, ...]) -> None:
    words = ("train", "64", "--repeats", "4", "--dataset", "synthetic", *form)

    outcome = shell(words, "| true; exit ${PIPESTATUS[0]}", folder)

    runs = NotebookFile(folder / "experiments.toml").read().runs
    assert sorted((run.seed, run.status) for run in runs) == [(seed, "finished") for seed in range(4)]
    outcome.assert_mendable("standard output was closed before all was printed", "`fmnist-tui list`")


def test_a_training_prints_each_run_when_it_ends(folder: Path) -> None:
    outcome = shell(("train", "64", "--repeats", "3", "--dataset", "synthetic"), "| head -1", folder)

    assert (len(outcome.out.splitlines()), outcome.err.count("\n")) == (1, 1)
    assert len(NotebookFile(folder / "experiments.toml").read().runs) == 3


def test_a_pipe_that_does_not_wait_is_waited_for(folder: Path) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    with subprocess.Popen(
        [*QUICK_PROGRAM, "list", "--help"], cwd=folder, env=bare_environment(folder), stdout=writing
    ) as program:
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            text = pipe.read()

    assert program.returncode == 0
    assert text.startswith("Usage: ")


def test_a_file_name_that_is_too_long_is_said_in_a_line(folder: Path, server: ProgramServer) -> None:
    fill(folder)
    name = "a" * 300

    for words in (
        ("train", "64", "--file", name),
        ("run", "--file", name),
        ("init", "--file", name),
        ("export", f"{name}.md"),
    ):
        outcome = server.run(words, folder)
        outcome.assert_mendable("aaa", "File name too long; give it a shorter name")


@pytest.mark.parametrize("command", COMMAND_LINES)
def test_a_current_folder_that_is_gone_is_said_in_a_line(folder: Path, server: ProgramServer, command: str) -> None:
    gone = folder / "gone"
    gone.mkdir()

    outcome = server.run(COMMAND_LINES[command], gone, bare_environment(folder), first="import os; os.rmdir('../gone')")

    outcome.assert_mendable("current folder is gone")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("command", ["train", "show"])
def test_python_itself_starts_in_a_folder_that_is_gone(folder: Path, command: str) -> None:
    words = shlex.join((*QUICK_PROGRAM, *COMMAND_LINES[command]))

    done = subprocess.run(
        ["/bin/sh", "-c", f"mkdir gone && cd gone && rmdir ../gone && exec {words}"],
        cwd=folder,
        env=bare_environment(folder),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    Outcome(done.returncode, done.stdout, done.stderr).assert_mendable("current folder is gone")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("words", [HELP[name] for name in sorted(HELP)], ids=" ".join)
def test_help_fits_in_a_terminal_of_80_columns(call: Call, words: tuple[str, ...]) -> None:
    assert [line for line in call(*words).out.splitlines() if len(line) > 80] == []
