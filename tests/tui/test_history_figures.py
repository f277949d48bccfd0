"""The figures on the screen are those that NumPy finds in the notebook's text, read without the program."""

import re
import shutil
import tomllib
from collections import defaultdict
from typing import Any

import numpy as np
from lab_report import TOP_LEVEL, whole_notebook
from lab_screen import MakeLab, opened, screen_text, shows

from fmnist_tui.lab.notebook.file import NotebookFile


def with_spread(values: list[float]) -> str:
    """Return mean and sample standard deviation over seeds as the history writes them."""
    return f"{np.mean(values):.4f} ±{np.std(values, ddof=1):.4f}".replace("0.", ".")


def with_mean(values: list[float], decimals: int) -> str:
    """Return a mean."""
    return f"{np.mean(values):.{decimals}f}"


async def test_means_and_spreads_over_seeds_are_numpys(lab: MakeLab, notebook: NotebookFile) -> None:
    shutil.copy(TOP_LEVEL, notebook.path)
    runs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for run in tomllib.loads(whole_notebook())["run"]:
        runs[run["experiment"]].append(run)

    async with opened(lab(), columns=200, rows=60) as pilot:
        await pilot.press("tab", "tab", "f")
        await shows(pilot, "val acc .*best ep")
        lines = screen_text(pilot).splitlines()

    assert len(runs) == 21
    for name, seeds in runs.items():
        (row,) = (line for line in lines if re.search(rf"▸ (⚑ )?{re.escape(name)}  ", line))
        for figure in (
            str(len(seeds)),
            with_spread([run["val_accuracy"][-1] for run in seeds]),
            with_spread([run["test_accuracy"] for run in seeds]),
            f"{seeds[0]['parameters']:,}",
            with_mean([run["seconds"] for run in seeds], 1),
            with_mean([float(np.argmax(run["val_accuracy"]) + 1) for run in seeds], 1).removesuffix(".0"),
        ):
            assert re.search(rf"  {re.escape(figure)} ", row), (name, figure, row)
