"""`train` and `run`: trainings from the command line, recorded as they end."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fmnist_tui.cli.options import DataOption, DatasetOption, JsonOption, NotebookOption
from fmnist_tui.cli.recording import Trainings, record_all
from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.plan import Job, lacking
from fmnist_tui.lab.recipe import DATASETS, DatasetChoice, Recipe, hyperparameters
from fmnist_tui.lab.results import groups, select
from fmnist_tui.lab.shorthand import GRAMMAR, parse_buildable, shorthand

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset

JobsOption = Annotated[
    int, typer.Option("--jobs", metavar="N", help="Trainings at once; from 2 up, each in a process with one thread.")
]
JOBS_A_CORE = 4
"""How many trainings at once may be asked for a core; more than one a core only takes memory."""


def train(
    architecture: Annotated[str, typer.Argument(metavar="ARCH", help="An architecture, such as 64-32-16.")],
    epochs: Annotated[int | None, typer.Option(help="How often all images are trained on. [10]")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step. [64]")] = None,
    optimizer: Annotated[str | None, typer.Option(help="adam, sgd, rmsprop, … [adam]")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="[the optimizer's own]")] = None,
    validation_fraction: Annotated[float | None, typer.Option(help="Held out of the training images. [0.2]")] = None,
    split_seed: Annotated[int | None, typer.Option(help="random_state of the split. [42]")] = None,
    patience: Annotated[int | None, typer.Option(help="Epochs without a better validation loss; 0 is off. [0]")] = None,
    seed: Annotated[int, typer.Option(help="The first seed.")] = 0,
    repeats: Annotated[int, typer.Option(help="How many seeds, from the first upwards.")] = 1,
    name: Annotated[str | None, typer.Option(help="The experiment's name. [its shorthand]")] = None,
    at_once: JobsOption = 1,
    save_model: Annotated[bool, typer.Option("--save-model", help="Keep runs/ID/model.keras.")] = False,
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
    dataset: DatasetOption = "auto",
    directory: DataOption = None,
) -> None:
    """Train an architecture and record the result in the notebook."""
    network = parse_buildable(architecture)
    training = hyperparameters(
        optimizer=optimizer,
        learning_rate=learning_rate,
        batch_size=batch_size,
        epochs=epochs,
        validation_fraction=validation_fraction,
        split_seed=split_seed,
        patience=patience,
    )
    if not 0 <= seed < 2**31:
        raise Mendable(f"--seed must be from 0 to {2**31 - 1}, not {seed}")
    if not 1 <= repeats <= 1_000:
        raise Mendable(f"--repeats must be from 1 to 1,000, not {repeats}")
    _check_jobs(at_once)
    if name is not None and not name.strip():
        raise Mendable("--name must not be empty; leave it out to name the experiment by its shorthand")
    notebook = NotebookFile(file)
    notebook.read()
    data = _load(dataset, directory)
    jobs = [Job(name or shorthand(network), Recipe(network, training, data.name), seed + n) for n in range(repeats)]
    trainings = Trainings(jobs, data, directory, notebook, at_once, save_model)
    raise typer.Exit(record_all(trainings, as_json=as_json))


train.__doc__ = f"{train.__doc__}\n\n\b\n" + GRAMMAR.replace("\n\n", "\n\n\b\n")


def run(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Experiments; all if none.")] = None,
    repeats: Annotated[int | None, typer.Option(help="Seeds each should have, instead of its plan's number.")] = None,
    at_once: JobsOption = 1,
    save_model: Annotated[bool, typer.Option("--save-model", help="Keep runs/ID/model.keras.")] = False,
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
    dataset: DatasetOption = "auto",
    directory: DataOption = None,
) -> None:
    """Train what the notebook's plans lack, and nothing twice."""
    if repeats is not None and not 1 <= repeats <= 1_000:
        raise Mendable(f"--repeats must be from 1 to 1,000, not {repeats}")
    _check_jobs(at_once)
    notebook = NotebookFile(file)
    if not notebook.read().experiments:
        raise Mendable(f"{file}: no [[experiment]] to run; `fmnist-tui init` writes the lab report's")
    if names:
        select(groups(notebook.read(), DATASETS[0]), names)  # a wrong name is told before anything is downloaded
    data = _load(dataset, directory)
    known = groups(notebook.read(), data.name)
    chosen = select(known, names) if names else known
    jobs = lacking((group for group in chosen if group.recipe.dataset == data.name), repeats)
    if not jobs and not as_json:
        typer.echo("nothing to train: every plan has its runs", err=True)
    trainings = Trainings(jobs, data, directory, notebook, at_once, save_model)
    raise typer.Exit(record_all(trainings, as_json=as_json))


def _load(dataset: DatasetChoice, directory: Path | None) -> "Dataset":
    from fmnist_tui.cli.progress import fetching
    from fmnist_tui.engine.dataset.sources import load

    with fetching() as notify:
        data = load(dataset, directory, notify=notify)
    if data.reason:
        typer.echo(f"fmnist-tui: training on SYNTHETIC garments, not Fashion-MNIST: {data.reason}", err=True)
    return data


def _check_jobs(at_once: int) -> None:
    from fmnist_tui.engine.environment import usable_cores

    cores = usable_cores()
    if not 1 <= at_once <= JOBS_A_CORE * cores:
        raise Mendable(
            f"--jobs must be from 1 to {JOBS_A_CORE * cores}, not {at_once}; "
            f"this machine has {counted(cores, 'core')}, and more jobs than cores gain nothing"
        )
