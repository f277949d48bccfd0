"""The exported Jupyter notebook runs top to bottom and ends near the run that it was made from."""

import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from reports import COMMAND
from small_fashion_mnist import pack
from small_trainings import run

from fmnist_tui.engine.dataset.files import FILES
from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.dataset.synthetic.collection import draw_collection
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import Language
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.report.export import Options, write

RECIPE = Recipe(parse("32"), Hyperparameters(epochs=3, batch_size=32))


@pytest.fixture
def garments() -> Dataset:
    """Few synthetic garments, under the name of Fashion-MNIST."""
    (x_train, y_train), (x_test, y_test) = draw_collection(2_000, key=0), draw_collection(500, key=1)
    return Dataset("fashion-mnist", x_train, y_train, x_test, y_test, "drawn by the test")


def write_idx(data: Dataset, folder: Path) -> None:
    """Write the data as the script reads it: four files of the published names."""
    for file in FILES:
        images, labels = (data.x_train, data.y_train) if file.name.startswith("train") else (data.x_test, data.y_test)
        body = images if len(file.shape) == 3 else labels.astype(np.uint8)
        header = file.header[:4] + b"".join(size.to_bytes(4, "big") for size in body.shape)
        (folder / file.packed_name).write_bytes(pack(header + body.tobytes()))


def exported(group: Group, folder: Path, language: Language) -> Any:
    path = folder / f"report-{language}.md"
    write([group], path, command=COMMAND, options=Options(jupyter=True, language=language))
    return nbformat.read(path.with_suffix(".ipynb"), as_version=4)


def code_of(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_it_runs_and_ends_with_a_test_accuracy_near_the_recorded_one(
    garments: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In both languages, whose code differs in the last cell alone: so one kernel runs both."""
    write_idx(garments, tmp_path)
    recorded = run(garments, RECIPE)
    assert recorded.test
    group = Group("32", RECIPE, (recorded,))
    notebook, spanish = exported(group, tmp_path, "en"), exported(group, tmp_path, "es")
    ours, theirs = code_of(notebook), code_of(spanish)
    assert [cell.source for cell in ours[:-1]] == [cell.source for cell in theirs[:-1]]
    notebook.cells.append(nbformat.v4.new_code_cell(theirs[-1].source))

    monkeypatch.setenv("FMNIST_TUI_DATA", str(tmp_path))
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()

    for cell, words in zip(
        code_of(notebook)[-2:],
        (
            r"Test accuracy (\S+); the recorded run of seed 0 had (\S+)",
            r"Exactitud de prueba (\S+); la corrida registrada de la semilla 0 tuvo (\S+)",
        ),
        strict=True,
    ):
        said = re.search(words, cell.outputs[0].text)
        assert said
        assert float(said[2]) == pytest.approx(recorded.test.accuracy, abs=5e-5)
        assert float(said[1]) == pytest.approx(recorded.test.accuracy, abs=0.06)
    assert recorded.test.accuracy > 0.5
    assert (tmp_path / "model.keras").is_file()
