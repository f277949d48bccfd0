"""Every command prints in any encoding: signs that it lacks are written simpler, other characters are escaped."""

import json
import subprocess
from pathlib import Path

import pytest
from command_line import bare_environment
from fake_program import COMMAND_LINES, QUICK_PROGRAM, fill
from rich.cells import cell_len

NAME = "Muñoz → ★ 猫 😀"

POSIX = {"LANG": "C", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
"""A locale of ASCII, which Python would otherwise take for UTF-8."""

JSON_COMMANDS = (("list",), ("show", "aaaa1"), ("show", NAME), ("compare", NAME, "32"))


def printed(folder: Path, *words: str, **variables: str) -> bytes:
    """Return what a command prints, which says nothing that went wrong."""
    done = subprocess.run(
        [*QUICK_PROGRAM, *words], cwd=folder, env=bare_environment(folder) | variables, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize("command", COMMAND_LINES)
@pytest.mark.parametrize(
    ("encoding", "variables"),
    [("ascii", {"PYTHONIOENCODING": "ascii"}), ("ascii", POSIX), ("iso-8859-1", {"PYTHONIOENCODING": "iso-8859-1"})],
    ids=["ascii", "posix", "latin-1"],
)
def test_every_command_prints_in_the_encoding_of_its_output(
    folder: Path, command: str, encoding: str, variables: dict[str, str]
) -> None:
    fill(folder)

    written = printed(folder, *COMMAND_LINES[command], **variables)

    assert written.decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "name", "spread"),
    [
        ("utf-8", NAME, "0.8510 ±0.0000"),
        ("iso-8859-1", r"Muñoz -> * \u732b \U0001f600", "0.8510 ±0.0000"),
        ("ascii", r"Mu\xf1oz -> * \u732b \U0001f600", "0.8510 +/-0.0000"),
    ],
    ids=["utf-8", "latin-1", "ascii"],
)
def test_a_table_keeps_its_columns(folder: Path, encoding: str, name: str, spread: str) -> None:
    fill(folder, name=NAME)

    heading, row, *_ = printed(folder, "list", PYTHONIOENCODING=encoding).decode(encoding).splitlines()

    assert name in row
    assert spread in row
    assert cell_len(row.partition(spread)[0] + spread) == heading.index("test acc") + len("test acc")


@pytest.mark.parametrize("words", JSON_COMMANDS, ids=" ".join)
@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
def test_json_is_the_same_document_in_every_encoding(folder: Path, words: tuple[str, ...], encoding: str) -> None:
    fill(folder, name=NAME)

    written = printed(folder, *words, "--json", PYTHONIOENCODING=encoding)

    assert json.loads(written.decode(encoding)) == json.loads(printed(folder, *words, "--json"))


def test_json_of_trainings_keeps_a_name(folder: Path) -> None:
    written = printed(folder, "train", "64", "--name", NAME, "--json", PYTHONIOENCODING="ascii")

    (run,) = json.loads(written.decode("ascii"))
    assert run["experiment"] == NAME


def test_a_mistake_is_said_in_any_encoding(folder: Path) -> None:
    done = subprocess.run(
        [*QUICK_PROGRAM, "show", NAME],
        cwd=folder,
        env=bare_environment(folder) | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert rb"Mu\xf1oz -> * \u732b \U0001f600" in done.stderr
    assert done.stderr.count(b"\n") == 1
