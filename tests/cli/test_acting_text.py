"""No text from a file or a command line acts on the terminal that a command prints to."""

import json
import sys
from pathlib import Path

import pytest
from command_line import PROGRAM, Call, call_apart
from control_characters import ACTING, ALL, reached
from sample_records import RUN, a_plan, a_run
from terminal import Terminal

from fmnist_tui.lab.notebook.file import NotebookFile

COMMANDS = """
import json, sys
from fmnist_tui.cli.program import run_program

for number, words in enumerate(json.loads(sys.argv[1])):
    sys.argv[1:] = words
    print("command", number, "ended with", run_program(), flush=True)
"""
"""A program that runs one command line after another."""

WITH_SLOW_TRAININGS = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
import slow_program
{COMMANDS}
"""
"""The same with slow trainings."""

FILE = "".join(text for name, text in ACTING.items() if name != "a device control").replace("/", "") + ".toml"


@pytest.fixture
def notebook(folder: Path) -> NotebookFile:
    """A notebook whose every text acts: two plans with their runs, and runs without a plan."""
    notebook = NotebookFile(folder / "experiments.toml")
    environment = RUN.environment and type(RUN.environment)(*[ALL] * 5)
    texts = {"note": ALL, "section": ALL, "hypothesis": ALL}
    notebook.append_experiments((a_plan(ALL, baseline=True, **texts), a_plan(f"other {ALL}", **texts)))
    notebook.append_run(a_run("r0", experiment=ALL, note=ALL, environment=environment))
    notebook.append_run(a_run("r1", experiment=f"other {ALL}", seed=1, note=ALL, environment=environment))
    notebook.append_run(a_run("r2", experiment=f"third {ALL}", status="failed", test=None, reason=ALL, note=ALL))
    return notebook


def on_a_terminal(folder: Path, *commands: tuple[str, ...], program: str = COMMANDS) -> bytes:
    """Return what a terminal gets of some commands."""
    with Terminal((PROGRAM[0], "-c", program, json.dumps(commands)), folder, columns=200) as terminal:
        assert terminal.wait_for_end(120) == 0
    for number in range(len(commands)):
        assert f"command {number} ended with".encode() in terminal.output
    return terminal.output


@pytest.mark.usefixtures("notebook")
def test_a_notebook_s_text_reaches_a_terminal_as_signs(folder: Path) -> None:
    output = on_a_terminal(
        folder,
        ("list",),
        ("list", "--json"),
        ("list", "--filter", f"name~{ALL}"),
        *(("show", what, *how) for what in ("r0", "r2", ALL) for how in ((), ("--json",))),
        *(("compare", ALL, f"other {ALL}", *how) for how in ((), ("--json",), ("--markdown",))),
        *(("compare", "r0", "r1", *how) for how in ((), ("--json",), ("--markdown",))),
        ("code", "r0"),
        ("code", ALL),
        ("export",),
    )

    assert reached(output) == set()
    assert output.count(b"ended with 0") == 18
    assert b"\\u202e" in output
    assert b"\\x1b]52" in output


def test_a_command_line_s_text_reaches_a_terminal_as_signs(folder: Path, notebook: NotebookFile) -> None:
    (folder / FILE).write_text('[[run]]\nid = "r0"\n', encoding="utf-8")
    (folder / f"{FILE}.folder").mkdir()
    NotebookFile(folder / f"whole {FILE}").append_run(a_run(experiment="64"))
    output = on_a_terminal(
        folder,
        (ALL,),
        (f"--{ALL}",),
        ("--file",),
        ("list", f"--{ALL}"),
        ("list", "--sort", ALL),
        ("list", "--filter", f"acc>{ALL}"),
        ("list", "--filter", ALL),
        ("show", f"no {ALL}"),
        ("code", f"no {ALL}"),
        ("compare", f"no {ALL}", f"nor {ALL}"),
        ("export", "report.md", f"no {ALL}"),
        ("export", f"{FILE}.md"),
        ("export", f"no-folder/{FILE}.md"),
        ("run", f"no {ALL}"),
        ("train", ALL),
        ("train", "64", "--optimizer", ALL),
        ("train", "64", "--epochs", ALL),
        ("train", "64", "--dataset", ALL),
        ("train", "64", "--file", f"{FILE}/experiments.toml"),
        ("train", "64", "--file", f"{FILE}.folder"),
        ("init", "--file", FILE),
        ("init", "--file", f"new {FILE}"),
        ("data", "--data", f"{FILE}.folder"),
        *((command, "--file", name) for command in ("list", "run") for name in (FILE, f"no {FILE}", f"whole {FILE}")),
        ("show", "64", "--file", f"whole {FILE}"),
    )

    assert reached(output) == set()
    assert b"Traceback" not in output


def test_a_training_s_bars_and_results_show_its_name_as_signs(folder: Path) -> None:
    words = ("train", "2", "--epochs", "2", "--dataset", "synthetic", "--name", ALL)
    output = on_a_terminal(folder, words, (*words, "--json", "--repeats", "2"), program=WITH_SLOW_TRAININGS)

    assert reached(output) == set()
    assert output.count(b"ended with 0") == 2


def test_json_holds_the_same_text_in_escapes(call: Call, notebook: NotebookFile) -> None:
    listed = json.loads(call("list", "--json").out)
    shown = call("show", "r0", "--json").out

    assert listed[0]["name"] == ALL
    assert json.loads(shown)["note"] == ALL
    assert shown[:-1].isprintable()


def test_an_argument_that_is_not_utf_8_is_shown_as_signs(folder: Path) -> None:
    outcome = call_apart("show", "\udce9\udcff", folder=folder)

    outcome.assert_mendable()


def test_nothing_is_printed_but_by_what_makes_it_visible() -> None:
    program = Path(sys.modules["fmnist_tui"].__path__[0])
    allowed = {
        *("cli/output.py", "cli/commands.py", "cli/shells.py"),
        *("tui/driver.py", "tui/session.py", "terminal/launcher.py"),
    }
    prints = {
        str(path.relative_to(program))
        for path in program.rglob("*.py")
        if any(each in path.read_text(encoding="utf-8") for each in ("typer.echo(", " print(", "stdout.write("))
    }

    assert prints <= allowed
