"""Every command prints in any encoding: signs that it lacks are written simpler, other characters are escaped."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import bare_environment
from fake_program import COMMAND_LINES, QUICK_PROGRAM, fill
from program_server import MATPLOTLIB, ProgramServer
from rich.cells import cell_len

NAME = "Muñoz → ★ 猫 😀"

POSIX = {"LANG": "C", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
"""A locale of ASCII, which Python would otherwise take for UTF-8."""

JSON_COMMANDS = (("list",), ("show", "aaaa1"), ("show", NAME), ("compare", NAME, "32"))


@pytest.fixture(scope="module")
def server_in_ascii(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramServer]:
    """Runs commands in a Python that was started in a locale of ASCII."""
    running = ProgramServer(*MATPLOTLIB, **POSIX, MPLCONFIGDIR=str(tmp_path_factory.mktemp("matplotlib")))
    yield running
    running.close()


def printed(
    server: ProgramServer,
    folder: Path,
    *words: str,
    encoding: str = "utf-8",
    variables: dict[str, str] | None = None,
) -> str:
    """Return what a command prints, which says nothing that went wrong; by default it is told the encoding."""
    chosen = {"PYTHONIOENCODING": encoding} if variables is None else variables
    outcome = server.run(words, folder, bare_environment(folder) | chosen, encoding=encoding)
    assert outcome.status == 0, outcome.err
    assert "Traceback" not in outcome.err
    return outcome.out


@pytest.mark.parametrize("command", COMMAND_LINES)
@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
def test_every_command_prints_in_the_encoding_of_its_output(
    folder: Path, server: ProgramServer, command: str, encoding: str
) -> None:
    fill(folder)

    written = printed(server, folder, *COMMAND_LINES[command], encoding=encoding)

    assert written


@pytest.mark.parametrize("command", COMMAND_LINES)
def test_every_command_prints_in_a_locale_of_ascii(folder: Path, server_in_ascii: ProgramServer, command: str) -> None:
    fill(folder)

    written = printed(server_in_ascii, folder, *COMMAND_LINES[command], encoding="ascii", variables=POSIX)

    assert written


@pytest.mark.parametrize(
    ("encoding", "variables"),
    [
        ("ascii", {"PYTHONIOENCODING": "ascii"}),
        ("ascii", POSIX),
        ("iso-8859-1", {"PYTHONIOENCODING": "iso-8859-1"}),
    ],
    ids=["ascii", "posix", "latin-1"],
)
def test_a_program_that_is_started_so_prints_the_same_as_one_that_is_forked(
    folder: Path, server: ProgramServer, server_in_ascii: ProgramServer, encoding: str, variables: dict[str, str]
) -> None:
    fill(folder, name=NAME)
    its_server = server_in_ascii if variables is POSIX else server
    forked = printed(its_server, folder, "list", encoding=encoding, variables=variables)

    started = subprocess.run(
        [*QUICK_PROGRAM, "list"], cwd=folder, env=bare_environment(folder) | variables, capture_output=True, check=True
    )

    assert started.stdout.decode(encoding) == forked


@pytest.mark.parametrize(
    ("encoding", "name", "spread"),
    [
        ("utf-8", NAME, "0.8510 ±0.0000"),
        ("iso-8859-1", r"Muñoz -> * \u732b \U0001f600", "0.8510 ±0.0000"),
        ("ascii", r"Mu\xf1oz -> * \u732b \U0001f600", "0.8510 +/-0.0000"),
    ],
    ids=["utf-8", "latin-1", "ascii"],
)
def test_a_table_keeps_its_columns(folder: Path, server: ProgramServer, encoding: str, name: str, spread: str) -> None:
    fill(folder, name=NAME)

    heading, row, *_ = printed(server, folder, "list", encoding=encoding).splitlines()

    assert name in row
    assert spread in row
    assert cell_len(row.partition(spread)[0] + spread) == heading.index("test acc") + len("test acc")


@pytest.mark.parametrize("words", JSON_COMMANDS, ids=" ".join)
@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
def test_json_is_the_same_document_in_every_encoding(
    folder: Path, server: ProgramServer, words: tuple[str, ...], encoding: str
) -> None:
    fill(folder, name=NAME)

    written = printed(server, folder, *words, "--json", encoding=encoding)

    assert json.loads(written) == json.loads(printed(server, folder, *words, "--json"))


def test_json_of_trainings_keeps_a_name(folder: Path, server: ProgramServer) -> None:
    written = printed(server, folder, "train", "64", "--name", NAME, "--json", encoding="ascii")

    (run,) = json.loads(written)
    assert run["experiment"] == NAME


def test_a_mistake_is_said_in_any_encoding(folder: Path, server: ProgramServer) -> None:
    variables = bare_environment(folder) | {"PYTHONIOENCODING": "ascii"}

    outcome = server.run(("show", NAME), folder, variables, encoding="ascii")

    assert outcome.status == 2
    assert r"Mu\xf1oz -> * \u732b \U0001f600" in outcome.err
    assert outcome.err.count("\n") == 1
