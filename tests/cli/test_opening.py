"""The app's own options, which are read without typer: whatever is understood means what typer takes it for."""

import subprocess
import sys
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from command_line import Call
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fmnist_tui.cli import commands
from fmnist_tui.cli import opening as opening_module
from fmnist_tui.cli.opening import AppOptions, open_app, read_app_options
from fmnist_tui.lab.errors import UserError

PATHS = ("a.toml", "a b/c=d.toml", "1", "-1", "", "--")
VALUES = {
    "--file": PATHS,
    "--data": PATHS,
    "--dataset": ("auto", "synthetic", "fashion-mnist", "mnist", ""),
    "--jobs": ("1", "02", "-1", "1.0", "²", "many", ""),
}
FITTING = st.sampled_from([(option, value) for option, values in VALUES.items() for value in values])
WORDS = st.one_of(
    FITTING.map(list),
    FITTING.map(lambda each: ["=".join(each)]),
    st.sampled_from((*VALUES, "--help", "--version", "list", "--fil", "-h")).map(lambda each: [each]),
)
LINES = st.lists(WORDS, max_size=4).map(lambda lists: [*chain(*lists)])
VARIABLES = st.dictionaries(
    st.sampled_from(("FMNIST_TUI_FILE", "FMNIST_TUI_DATA")), st.sampled_from(("", "mine", "here and there"))
)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[AppOptions]:
    """How typer opened the app, which stays shut."""
    asked: list[AppOptions] = []

    def note(opening: AppOptions) -> int:
        asked.append(opening)
        return 0

    monkeypatch.setattr(commands, "open_app", note)
    return asked


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=LINES, variables=VARIABLES)
@example(words=[], variables={})
@example(words=["--file=a=b", "--dataset", "synthetic", "--data", "here", "--jobs", "2"], variables={})
@example(words=["--data", "one", "--data", "two"], variables={"FMNIST_TUI_DATA": "three"})
def test_what_is_read_is_what_typer_reads(
    words: list[str], variables: dict[str, str], opened: list[AppOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_app_options(words, variables)
    if read is None:
        return

    opened.clear()
    with monkeypatch.context() as patch:
        for name in ("FMNIST_TUI_FILE", "FMNIST_TUI_DATA"):
            patch.delenv(name, raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        typer.main.get_command(commands.app).main(words, standalone_mode=False)

    assert opened == [read]


def test_every_option_of_the_app_is_read() -> None:
    read = read_app_options(["--file", "a.toml", "--dataset=synthetic", "--data", "here", "--jobs=3"], {})

    assert read == AppOptions(Path("a.toml"), "synthetic", Path("here"), 3)


def test_the_variables_stand_in_for_options_that_are_not_given() -> None:
    variables = {"FMNIST_TUI_FILE": "mine.toml", "FMNIST_TUI_DATA": "there"}

    assert read_app_options([], variables) == AppOptions(Path("mine.toml"), "auto", Path("there"))
    assert read_app_options(["--file=a.toml", "--data=here"], variables) == AppOptions(
        Path("a.toml"), "auto", Path("here")
    )


@pytest.mark.parametrize(
    "words", [["list"], ["--help"], ["--version"], ["--file"], ["--jobs", "many"], ["--dataset", "mnist"], ["--fil=a"]]
)
def test_what_is_not_the_apps_alone_is_left_to_typer(words: list[str]) -> None:
    assert read_app_options(words, {}) is None


@pytest.mark.parametrize("words", [(), ("--jobs", "1")])
def test_without_a_terminal_the_app_is_not_opened(words: tuple[str, ...], call: Call) -> None:
    call(*words).assert_mendable("needs a terminal", "fmnist-tui --help")


def test_opening_the_app_needs_no_typer() -> None:
    code = (
        "import sys\nsys.argv = ['fmnist-tui']\nfrom fmnist_tui.cli.program import run_program\n"
        "assert run_program() == 2\nassert 'fmnist_tui.cli.opening' in sys.modules\n"
        "assert not {'typer', 'pydantic'} & sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("place", "said"), [("none/such.toml", "no such folder"), (".", "is a folder")])
def test_the_app_does_not_open_where_no_result_could_be_kept(
    place: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(opening_module, "sys", SimpleNamespace(stdin=terminal, stdout=terminal))

    with pytest.raises(UserError, match=said):
        open_app(AppOptions(tmp_path / place))
