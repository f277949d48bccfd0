"""What importing a part of the program loads: the command line starts fast, the lab is pure."""

import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterable

import pytest

import fmnist_tui.lab

HEAVY = frozenset({"tensorflow", "keras", "textual", "matplotlib", "scipy", "sklearn"})
LAB = tuple(module.name for module in pkgutil.walk_packages(fmnist_tui.lab.__path__, "fmnist_tui.lab."))


def loaded_by(modules: Iterable[str]) -> frozenset[str]:
    """Return the top-level packages that a fresh Python has loaded after importing modules."""
    imports = "".join(f"import {name}\n" for name in modules)
    code = f"{imports}import json, sys\nprint(json.dumps([*sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return frozenset(name.partition(".")[0] for name in json.loads(done.stdout))


def test_the_lab_is_found_whole() -> None:
    assert {"fmnist_tui.lab.shorthand", "fmnist_tui.lab.results", "fmnist_tui.lab.notebook.file"} <= set(LAB)


def test_a_heavy_import_would_be_noticed() -> None:
    assert "textual" in loaded_by(["textual"])


def test_the_command_line_loads_nothing_heavy() -> None:
    loaded = loaded_by(["fmnist_tui.cli"])

    assert "fmnist_tui" in loaded
    assert not loaded & HEAVY


def test_the_lab_loads_neither_tensorflow_nor_textual() -> None:
    loaded = loaded_by(LAB)

    assert "fmnist_tui" in loaded
    assert not loaded & {"tensorflow", "keras", "textual"}


@pytest.mark.parametrize("package", ["fmnist_tui", "fmnist_tui.engine", "fmnist_tui.tui"])
def test_a_package_loads_nothing_heavy_until_a_module_of_it_is_asked_for(package: str) -> None:
    assert not loaded_by([package]) & HEAVY
