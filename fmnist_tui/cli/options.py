from pathlib import Path
from typing import Annotated, Any

import typer

from fmnist_tui.cli import completion
from fmnist_tui.cli.opening import DATA_VARIABLE, FILE_VARIABLE, SCHEDULER_VARIABLE
from fmnist_tui.lab.numbers import NumberError, read_number, read_whole
from fmnist_tui.lab.records.dataset import DatasetChoice, DatasetNameError, checked_choice


def _whole(text: str | int) -> int:
    # A default is a number already.
    if isinstance(text, int):
        return text
    try:
        return read_whole(text)
    except NumberError as error:
        raise typer.BadParameter(f"it must be an integer, not {error}") from None


def _number(text: str | float) -> float:
    if isinstance(text, int | float):
        return text
    try:
        return read_number(text).value
    except NumberError as error:
        raise typer.BadParameter(f"it must be a number, not {error}") from None


def _dataset(name: str) -> DatasetChoice:
    try:
        return checked_choice(name)
    except DatasetNameError as error:
        raise typer.BadParameter(str(error)) from None


def whole_option(*names: str, metavar: str = "<int>", help: str) -> Any:
    """Take an integer: 60000, 60,000 or 60k."""
    return typer.Option(*names, parser=_whole, metavar=metavar, help=help)


def number_option(*names: str, metavar: str = "<float>", help: str) -> Any:
    """Take a number: 0.001, 1e-3 or 20%."""
    return typer.Option(*names, parser=_number, metavar=metavar, help=help)


NotebookOption = Annotated[Path, typer.Option("--file", metavar="PATH", help="The notebook.", envvar=FILE_VARIABLE)]
DatasetOption = Annotated[
    DatasetChoice,
    typer.Option(
        "--dataset",
        metavar="NAME",
        parser=_dataset,
        help="fashion-mnist, synthetic, or a name for other data in --data. [auto: synthetic without Fashion-MNIST]",
        autocompletion=completion.datasets,
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The folder of the four IDX files.", envvar=DATA_VARIABLE),
]
JobsOption = Annotated[
    int | None,
    whole_option(
        "--jobs",
        metavar="N",
        help="Trainings at once; from 2 up, each in a process with one thread. "
        "[a recipe's seeds on all cores; `run` of several recipes: one a core]",
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Train on a Dask cluster: tcp://HOST:PORT, tls://HOST:PORT, or local for one on this machine.",
        envvar=SCHEDULER_VARIABLE,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]
FilterOption = Annotated[
    str,
    typer.Option(
        "--filter",
        metavar="WORDS",
        help="Such as 'acc>0.87 depth=2'; the syntax is described above.",
        autocompletion=completion.filter_words,
    ),
]
NoWeightsOption = Annotated[
    bool, typer.Option("--no-weights", help="Keep no trained weights in runs/ID/; the settings can say so for good.")
]
ColumnsOption = Annotated[
    str,
    typer.Option(
        "--columns",
        metavar="KEYS",
        help="What to show after the name, such as 'acc,acc_gap,when'.",
        autocompletion=completion.column_keys,
    ),
]
SortOption = Annotated[
    str,
    typer.Option(
        "--sort",
        metavar="KEY",
        help="The key to sort by; an accuracy's best comes first.",
        autocompletion=completion.sort_keys,
    ),
]
