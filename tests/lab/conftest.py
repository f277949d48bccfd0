"""markdownlint, for the tests of reports."""

import shutil
from pathlib import Path

import pytest

MARKDOWNLINT = "markdownlint-cli2"
LOCAL = Path(__file__).parents[2] / "node_modules" / ".bin" / MARKDOWNLINT
"""Where `.ci/run` installs it."""


@pytest.fixture(scope="session")
def markdownlint() -> str:
    """The program, where npm has it: installed by `.ci/run`, or on the path."""
    found = str(LOCAL) if LOCAL.is_file() else shutil.which(MARKDOWNLINT)
    if found is None or shutil.which("node") is None:
        pytest.skip(f"{MARKDOWNLINT} is not here; `npm install --no-save --no-package-lock {MARKDOWNLINT}` gets it")
    return found
