"""`train` and `run`: trainings from the command line, recorded as they end."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from fmnist_tui.cli.options import DataOption, DatasetOption, JsonOption, NotebookOption
from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile, new_id
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.plan import Job, lacking
from fmnist_tui.lab.recipe import DATASETS, DatasetChoice, Recipe, hyperparameters
from fmnist_tui.lab.records import Run
from fmnist_tui.lab.results import groups, select
from fmnist_tui.lab.shorthand import GRAMMAR, parse_buildable, shorthand

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset
    from fmnist_tui.engine.progress import Control, Sink
    from fmnist_tui.engine.workbench import Workbench


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
    if name is not None and not name.strip():
        raise Mendable("--name must not be empty; leave it out to name the experiment by its shorthand")
    notebook = NotebookFile(file)
    notebook.read()
    data = _load(dataset, directory)
    jobs = [Job(name or shorthand(network), Recipe(network, training, data.name), seed + n) for n in range(repeats)]
    raise typer.Exit(_train_all(jobs, data, notebook, save_model=save_model, as_json=as_json))


train.__doc__ = f"{train.__doc__}\n\n\b\n" + GRAMMAR.replace("\n\n", "\n\n\b\n")


def run(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Experiments; all if none.")] = None,
    repeats: Annotated[int | None, typer.Option(help="Seeds each should have, instead of its plan's number.")] = None,
    save_model: Annotated[bool, typer.Option("--save-model", help="Keep runs/ID/model.keras.")] = False,
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
    dataset: DatasetOption = "auto",
    directory: DataOption = None,
) -> None:
    """Train what the notebook's plans lack, and nothing twice."""
    if repeats is not None and not 1 <= repeats <= 1_000:
        raise Mendable(f"--repeats must be from 1 to 1,000, not {repeats}")
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
    raise typer.Exit(_train_all(jobs, data, notebook, save_model=save_model, as_json=as_json))


def _load(dataset: DatasetChoice, directory: Path | None) -> "Dataset":
    from fmnist_tui.cli.progress import fetching
    from fmnist_tui.engine.dataset.sources import load

    with fetching() as notify:
        data = load(dataset, directory, notify=notify)
    if data.reason:
        typer.echo(f"fmnist-tui: training on SYNTHETIC garments, not Fashion-MNIST: {data.reason}", err=True)
    return data


def _train_all(jobs: Sequence[Job], data: "Dataset", notebook: NotebookFile, *, save_model: bool, as_json: bool) -> int:
    """Train jobs one after another, recording each; return the exit status."""
    import json

    from fmnist_tui.cli.progress import training_progress
    from fmnist_tui.engine.progress import Control
    from fmnist_tui.engine.workbench import Workbench
    from fmnist_tui.lab.notebook.as_json import run_json

    runs: list[Run] = []
    control, workbench = Control(), Workbench()
    with interrupts(control) as interrupted, training_progress(len(jobs)) as show:
        for job in jobs:
            if interrupted():
                break
            runs.append(_train(job, data, notebook, control, show(job), workbench, save_model=save_model))
            if not as_json:
                typer.echo(_line(runs[-1]))
    if as_json:
        typer.echo(json.dumps([run_json(each) for each in runs], ensure_ascii=False))
    if status := interrupted():
        return status
    return 1 if any(each.status == "failed" for each in runs) else 0


def _train(
    job: Job,
    data: "Dataset",
    notebook: NotebookFile,
    control: "Control",
    sink: "Sink",
    workbench: "Workbench",
    *,
    save_model: bool,
) -> Run:
    from fmnist_tui.engine.trainer import train as train_job

    run_id = new_id()
    model_path = notebook.run_folder(run_id) / "model.keras" if save_model else None
    run = train_job(
        job.recipe,
        job.seed,
        data,
        experiment=job.experiment,
        run_id=run_id,
        sink=sink,
        control=control,
        model_path=model_path,
        workbench=workbench,
    )
    notebook.append_run(run)
    return run


def _line(run: Run) -> str:
    """Return a run's result as a line for a person."""
    head = f"{run.id}  {visible(run.experiment, 40)}  seed {run.seed}  {run.status}"
    if run.reason:
        head += f": {visible(run.reason)}"
    if run.test:
        head += f"  test accuracy {run.test.accuracy:.4f}  loss {run.test.loss:.4f}"
    return f"{head}  {run.parameters:,} parameters  {run.seconds:.1f} s"


@contextmanager
def interrupts(control: "Control") -> Iterator[Callable[[], int]]:
    """Let the first Ctrl-C or SIGTERM stop the training softly; a second one ends the program.

    Yields:
        A function that returns the exit status that the signal asks for, 0 while none came.
    """
    status = 0

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal status
        if status:
            raise KeyboardInterrupt
        status = 128 + number
        control.stop()

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: status
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
