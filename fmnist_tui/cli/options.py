"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from fmnist_tui.lab.recipe import DatasetChoice

NotebookOption = Annotated[Path, typer.Option("--file", metavar="PATH", help="The notebook.", envvar="FMNIST_TUI_FILE")]
DatasetOption = Annotated[
    DatasetChoice,
    typer.Option("--dataset", help="auto takes the synthetic garments where there is no Fashion-MNIST."),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Where Fashion-MNIST's four files lie.", envvar="FMNIST_TUI_DATA"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]
