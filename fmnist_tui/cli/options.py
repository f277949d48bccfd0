"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from fmnist_tui.cli.numbers import whole_option
from fmnist_tui.cli.opening import DATA_VARIABLE, FILE_VARIABLE
from fmnist_tui.lab.records.recipe import DatasetChoice

NotebookOption = Annotated[Path, typer.Option("--file", metavar="PATH", help="The notebook.", envvar=FILE_VARIABLE)]
DatasetOption = Annotated[
    DatasetChoice,
    typer.Option("--dataset", help="auto takes the synthetic garments where there is no Fashion-MNIST."),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The folder of Fashion-MNIST's four files.", envvar=DATA_VARIABLE),
]
JobsOption = Annotated[
    int,
    whole_option("--jobs", metavar="N", help="Trainings at once; from 2 up, each in a process with one thread."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]
FilterOption = Annotated[
    str,
    typer.Option("--filter", metavar="WORDS", help="Such as 'acc>0.87 depth=2'; the syntax is described above."),
]
ColumnsOption = Annotated[
    str, typer.Option("--columns", metavar="KEYS", help="What to show after the name, such as 'acc,acc_gap,when'.")
]
SortOption = Annotated[
    str, typer.Option("--sort", metavar="KEY", help="The key to sort by; an accuracy's best comes first.")
]
