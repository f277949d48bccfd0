"""The wheel and the source distribution: they hold what they should, and the wheel works where it is installed."""

import json
import re
import subprocess
import sys
import tarfile
import venv
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest
from command_line import bare_environment

import fmnist_tui

TOP = Path(__file__).parents[1]
RESTS = {"__pycache__", ".pytest_cache"}


@dataclass(frozen=True, slots=True)
class Built:
    wheel: Path
    sdist: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build both as `python -m build` does, the wheel from the source distribution, without a download."""
    for needed in ("build", "hatchling"):
        pytest.importorskip(needed, reason=f"{needed} is not installed; it comes with the extra `test`")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(TOP)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    return Built(wheel, sdist)


def files_below(folder: Path) -> set[str]:
    """Return the files that belong to the project, relative to its top."""
    return {
        path.relative_to(TOP).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not RESTS & set(path.parts) and path.suffix != ".png"
    }


def test_the_wheel_holds_the_program_with_its_data_and_nothing_else(built: Built) -> None:
    with ZipFile(built.wheel) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert names == files_below(TOP / "fmnist_tui")
    assert {"fmnist_tui/lab/language/es.po", "fmnist_tui/py.typed"} <= names


def test_the_source_distribution_holds_what_is_needed_to_test_it(built: Built) -> None:
    with tarfile.open(built.sdist) as sdist:
        names = {member.name.partition("/")[2] for member in sdist.getmembers() if member.isfile()}

    folders = {name for folder in ("fmnist_tui", "tests", "docs") for name in files_below(TOP / folder)}
    top = {"pyproject.toml", "README.md", "LICENSE", "experiments.toml", ".ci/run", ".gitignore", "PKG-INFO"}
    assert names == folders | top


def test_the_version_stands_in_one_place_and_heads_the_changelog(built: Built) -> None:
    with ZipFile(built.wheel) as wheel:
        (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        told = Parser().parsestr(wheel.read(metadata).decode())
    newest = re.search(r"^## (\S+):", (TOP / "docs" / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert told["Version"] == fmnist_tui.__version__
    assert newest is not None
    assert newest[1] == fmnist_tui.__version__


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a new environment that finds the dependencies where these tests do."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(place, with_pip=False)
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "--python", str(place / "bin" / "python")]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", str(built.wheel)], check=True)
    (own,) = place.glob("lib/python3*/site-packages")
    others = [path for path in sys.path if Path(path).name == "site-packages"]
    (own / "dependencies.pth").write_text("\n".join(others) + "\n", encoding="utf-8")
    (own / "sitecustomize.py").touch()  # lest one beside the dependencies leads to the source
    return place


@pytest.fixture
def call(installed: Path, tmp_path: Path) -> Callable[..., str]:
    variables = {name: value for name, value in bare_environment(tmp_path).items() if name != "PYTHONPATH"}

    def call(program: str, *words: str) -> str:
        command = [str(installed / "bin" / program), *words]
        done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return call


def test_an_installed_wheel_is_a_program_of_its_own(installed: Path, call: Callable[..., str]) -> None:
    where = call("python", "-c", "import fmnist_tui; print(fmnist_tui.__file__)")

    assert Path(where.strip()).is_relative_to(installed)
    assert call("fmnist-tui", "--version") == f"fmnist-tui {fmnist_tui.__version__}\n"


def test_an_installed_wheel_examines_a_place_trains_there_and_reports(call: Callable[..., str], tmp_path: Path) -> None:
    assert "will be made by the first training" in call("fmnist-tui", "doctor", "--dataset", "synthetic")

    (run,) = json.loads(call("fmnist-tui", "train", "4", "--epochs", "1", "--dataset", "synthetic", "--json"))
    call("fmnist-tui", "export", "--lang", "es")

    assert run["status"] == "finished"
    assert "1 run; it can be written" in call("fmnist-tui", "doctor", "--dataset", "synthetic")
    assert "Elaborado el" in (tmp_path / "report.md").read_text(encoding="utf-8")
