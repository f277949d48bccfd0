"""Imports: the command line starts fast, the screen is drawn early, the lab has no heavy dependencies."""

import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from command_line import bare_environment

import fmnist_tui.lab

HEAVY = frozenset({"babel", "dask", "distributed", "tensorflow", "keras", "textual", "matplotlib", "scipy", "sklearn"})
UNDRAWN = frozenset(
    {
        *HEAVY - {"textual"},
        "numpy",
        "requests",
        "tomlkit",
        "typer",
        "click",
        "pydantic",
        "importlib.metadata",
        "multiprocessing",
        "rich.markdown",
        "rich.pretty",
        "rich.progress",
        "fmnist_tui.cli.commands",
        "fmnist_tui.engine.dataset.sources",
        "fmnist_tui.engine.training.trainer",
        "fmnist_tui.lab.clues",
        "fmnist_tui.lab.explanations.topics",
        "fmnist_tui.lab.experiments.keras_script",
        "fmnist_tui.lab.experiments.presets",
        "fmnist_tui.lab.filtering.completion",
        "fmnist_tui.lab.filtering.conditions",
        "fmnist_tui.lab.filtering.parsing",
        "fmnist_tui.lab.filtering.sorting",
        "fmnist_tui.lab.filtering.tokens",
        "fmnist_tui.lab.notebook.editing",
        "fmnist_tui.lab.notebook.recovery",
        "fmnist_tui.lab.notebook.removing",
        "fmnist_tui.lab.notebook.trash",
        "fmnist_tui.lab.records.difference",
        "fmnist_tui.lab.report.export",
        "fmnist_tui.lab.statistics.intervals",
        "fmnist_tui.lab.statistics.verdicts",
        "fmnist_tui.lab.runs.queue_orders",
        "fmnist_tui.lab.toml.locating",
        "fmnist_tui.lab.toml.remarks",
        "fmnist_tui.tui.comparison.screen",
        "fmnist_tui.tui.editor.dialogs",
        "fmnist_tui.tui.confusion.screen",
        "fmnist_tui.tui.images.data_screen",
        "fmnist_tui.tui.history.edits",
        "fmnist_tui.tui.history.pending_keys",
        "fmnist_tui.tui.history.typed_filter",
        "fmnist_tui.tui.palette",
        "fmnist_tui.tui.preflight.screen",
        "fmnist_tui.tui.training.chart_screen",
        "fmnist_tui.engine.memory",
        "fmnist_tui.engine.parallel.outside",
        "fmnist_tui.engine.preflight.checks",
    }
)
"""Modules that must not be imported before the panes are drawn."""
MOST_DRAWN_WITH = 176
"""The most modules of ours with which the panes are drawn; each costs a quarter of a millisecond."""
OPEN_THE_APP = """
import fmnist_tui.cli
from fmnist_tui.tui.session import run_app
from fmnist_tui.tui.app import LabApp
from pathlib import Path

class Drawn(LabApp):
    def begin_loading(self):
        text = "\\n".join(strip.text for strip in self.screen._compositor.render_strips())
        assert all(words in text for words in ("1 Architecture", "dense 64", "2 Training", "3 History")), text
        loaded.extend(sys.modules)
        self.exit()

loaded = []
Drawn(Path("experiments.toml")).run(headless=True, size=(120, 40))
"""
"""A program that notes the loaded modules once the panes are drawn."""
LAB = tuple(module.name for module in pkgutil.walk_packages(fmnist_tui.lab.__path__, "fmnist_tui.lab."))


def loaded_by(modules: Iterable[str]) -> frozenset[str]:
    """Return the top-level packages loaded in a new Python after importing modules."""
    imports = "".join(f"import {name}\n" for name in modules)
    return frozenset(name.partition(".")[0] for name in printed(f"{imports}loaded = [*sys.modules]"))


def printed(code: str) -> frozenset[str]:
    """Return the names that code leaves in `loaded`, run by a fresh Python in an empty folder that is also its home."""
    code = f"import json, sys\n{code}\nprint(json.dumps(loaded))"
    with TemporaryDirectory() as name:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=name,
            env=bare_environment(Path(name)),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return frozenset(json.loads(done.stdout))


def test_the_lab_is_found_whole() -> None:
    assert {
        "fmnist_tui.lab.records.shorthand",
        "fmnist_tui.lab.experiments.groups",
        "fmnist_tui.lab.notebook.file",
    } <= set(LAB)


def test_a_heavy_import_would_be_noticed() -> None:
    assert "textual" in loaded_by(["textual"])


def test_the_command_line_loads_nothing_heavy() -> None:
    loaded = loaded_by(["fmnist_tui.cli"])

    assert "fmnist_tui" in loaded
    assert not loaded & HEAVY


def test_the_panes_are_drawn_before_anything_else_is_loaded() -> None:
    loaded = printed(OPEN_THE_APP)

    assert "fmnist_tui.tui.main_screen" in loaded
    assert sorted(loaded & UNDRAWN) == []
    assert len([name for name in loaded if name.startswith("fmnist_tui.")]) <= MOST_DRAWN_WITH


def test_the_settings_and_their_keys_load_no_screen() -> None:
    loaded = printed("import fmnist_tui.tui.default_settings\nloaded = [*sys.modules]")

    ours = {name for name in loaded if name.startswith("fmnist_tui.tui.")}
    assert "fmnist_tui.tui.history.keys" in ours
    assert not {name for name in ours if name.endswith((".screen", ".pane"))}
    assert "numpy" not in loaded


def test_what_the_panes_are_drawn_without_is_there_to_be_loaded() -> None:
    ours = {name for name in UNDRAWN if name.startswith("fmnist_tui.")}

    assert ours
    assert all(find_spec(name) for name in ours)


def test_the_lab_loads_neither_tensorflow_nor_textual() -> None:
    loaded = loaded_by(LAB)

    assert "fmnist_tui" in loaded
    assert not loaded & {"tensorflow", "keras", "textual"}


@pytest.mark.parametrize("package", ["fmnist_tui", "fmnist_tui.engine", "fmnist_tui.tui"])
def test_a_package_loads_nothing_heavy_until_a_module_of_it_is_asked_for(package: str) -> None:
    assert not loaded_by([package]) & HEAVY


def test_the_client_of_a_cluster_loads_no_tensorflow() -> None:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'fmnist-tui[cluster]'")
    loaded = loaded_by(["fmnist_tui.engine.parallel.cluster.sweep"])

    assert "distributed" in loaded
    assert not loaded & {"tensorflow", "keras"}


def test_trainings_load_dask_only_for_a_cluster() -> None:
    loaded = loaded_by(
        ["fmnist_tui.engine.parallel.trainings", "fmnist_tui.engine.parallel.sweep", "fmnist_tui.tui.app"]
    )

    assert not loaded & {"dask", "distributed"}
