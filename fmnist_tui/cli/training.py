import shlex
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fmnist_tui.cli import completion
from fmnist_tui.cli.opening import checked_parallelism
from fmnist_tui.cli.options import (
    DataOption,
    DatasetOption,
    JobsOption,
    JsonOption,
    NotebookOption,
    NoWeightsOption,
    SchedulerOption,
    number_option,
    whole_option,
)
from fmnist_tui.cli.output import note, tell
from fmnist_tui.cli.reading import check_folder, print_recovery_news, print_remarks
from fmnist_tui.cli.recording import train_and_print
from fmnist_tui.engine.parallel.parallelism import ONE_AT_A_TIME, Parallelism
from fmnist_tui.engine.profile import profiling, timed
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group, groups, select
from fmnist_tui.lab.experiments.jobs import Job, missing_jobs, resumable, seed_name
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.records.dataset import (
    AUTO,
    FASHION_MNIST,
    DatasetChoice,
    check_has_folder,
    in_order,
    name_clash,
    options_of,
    shown_name,
)
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.shorthand import GRAMMAR, parse_buildable, shorthand
from fmnist_tui.lab.runs.folder import Saving
from fmnist_tui.lab.settings.config_file import keeps_weights
from fmnist_tui.terminal.hangup import TerminalConnection, disconnect_on_hangup

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset
    from fmnist_tui.engine.parallel.cluster.cluster import Cluster
    from fmnist_tui.engine.profile import Profile

MOST_NAMED = 5
"""More interrupted runs than this are only counted."""


def train(
    architecture: Annotated[
        str,
        typer.Argument(
            metavar="ARCH", help="An architecture, such as 64-32-16.", autocompletion=completion.architectures
        ),
    ],
    epochs: Annotated[int | None, whole_option(help="Passes over the training images. [10]")] = None,
    batch_size: Annotated[int | None, whole_option(help="Images per step. [64]")] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="adam, sgd, rmsprop, … [adam]", autocompletion=completion.optimizers)
    ] = None,
    learning_rate: Annotated[float | None, number_option(help="[the optimizer's own]")] = None,
    validation_fraction: Annotated[float | None, number_option(help="Held out of the training images. [0.2]")] = None,
    split_seed: Annotated[int | None, whole_option(help="random_state of the split. [42]")] = None,
    patience: Annotated[int | None, whole_option(help="Epochs without a better validation loss; 0 is off. [0]")] = None,
    seed: Annotated[int, whole_option(help="The first seed.")] = 0,
    repeats: Annotated[int, whole_option(help="How many seeds, from the first upwards.")] = 1,
    name: Annotated[
        str | None, typer.Option(help="The experiment's name. [its shorthand]", autocompletion=completion.experiments)
    ] = None,
    max_parallel: JobsOption = None,
    scheduler: SchedulerOption = None,
    save_model: Annotated[bool, typer.Option("--save-model", help="Keep runs/ID/model.keras.")] = False,
    no_weights: NoWeightsOption = False,
    profiled: Annotated[bool, typer.Option("--profile", help="Show where the time of each training went.")] = False,
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
    dataset: DatasetOption = AUTO,
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
    if patience and not training.early_stopping:
        note("--patience watches the validation loss: without images held out no training stops early")
    if not 0 <= seed < 2**31:
        raise UserError(f"--seed must be from 0 to {2**31 - 1}, not {seed}")
    if not 1 <= repeats <= 1_000:
        raise UserError(f"--repeats must be from 1 to 1,000, not {repeats}")
    parallelism = checked_parallelism(max_parallel, scheduler)
    if profiled and (parallelism.several or scheduler):
        raise UserError("--profile measures trainings of this process, one at a time; leave --jobs and --scheduler out")
    check_folder(file)
    check_has_folder(dataset, directory)
    if name is not None and not name.strip():
        raise UserError("--name must not be empty; leave it out to name the experiment by its shorthand")
    notebook = NotebookFile(file)
    experiment = name or shorthand(network)
    with disconnect_on_hangup() as line, profiling(profiled) as profile:
        notebook.recover()
        print_recovery_news(notebook)
        _check_notebook(notebook, (experiment,))
        data = _load(dataset, directory, notebook)
        jobs = [Job(experiment, Recipe(network, training, data.name), seed + n) for n in range(repeats)]
        how = _How(data, directory, notebook, parallelism, scheduler, _saving(save_model, no_weights), as_json)
        raise typer.Exit(_train(jobs, how, line, again=True, profile=profile))


train.__doc__ = f"{train.__doc__}\n\n\b\n" + GRAMMAR.replace("\n\n", "\n\n\b\n")


def run(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Experiments; all if none.", autocompletion=completion.experiments),
    ] = None,
    repeats: Annotated[int | None, whole_option(help="Seeds each should have, instead of its plan's number.")] = None,
    max_parallel: JobsOption = None,
    scheduler: SchedulerOption = None,
    save_model: Annotated[bool, typer.Option("--save-model", help="Keep runs/ID/model.keras.")] = False,
    no_weights: NoWeightsOption = False,
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
    dataset: DatasetOption = AUTO,
    directory: DataOption = None,
) -> None:
    """Resume interrupted runs, then train what the notebook's plans lack.

    A run that was killed is resumed from its last checkpoint, whether a plan asks for it or not. With names, only
    theirs: of experiments, with a plan or without, or of runs.
    """
    if repeats is not None and not 1 <= repeats <= 1_000:
        raise UserError(f"--repeats must be from 1 to 1,000, not {repeats}")
    parallelism = checked_parallelism(max_parallel, scheduler)
    check_folder(file)
    check_has_folder(dataset, directory)
    notebook = NotebookFile(file)
    with disconnect_on_hangup() as line:
        notebook.recover()
        print_recovery_news(notebook)
        planned = groups(notebook.read(), FASHION_MNIST)
        if not notebook.read().experiments and not resumable(planned):
            raise UserError(
                f"{file}: no [[experiment]] to run, and no interrupted run to resume; "
                "`fmnist-tui init` writes the lab report's"
            )
        if names:
            planned = select(planned, names)  # reports a wrong name before any download
        _check_notebook(notebook, ("", *(group.name for group in planned)))
        data = _load(dataset, directory, notebook)
        known = groups(notebook.read(), data.name)
        chosen = select(known, names) if names else known
        here = [group for group in chosen if group.recipe.dataset == data.name]
        resumed = resumable(here)
        jobs = tuple(dict.fromkeys((*resumed, *missing_jobs(here, repeats))))
        _print_resumed(resumed, [group for group in chosen if group.recipe.dataset != data.name])
        if not jobs and not as_json:
            note("nothing to train: every plan has its runs, and none was interrupted")
        if parallelism.side_by_side:
            from fmnist_tui.engine.parallel.choice import soonest

            parallelism = soonest(jobs)
        how = _How(data, directory, notebook, parallelism, scheduler, _saving(save_model, no_weights), as_json)
        raise typer.Exit(_train(jobs, how, line, again=False))


@dataclass(frozen=True, slots=True)
class _How:
    data: "Dataset"
    directory: Path | None
    notebook: NotebookFile
    parallelism: Parallelism
    scheduler: str | None
    saving: Saving
    as_json: bool


def _saving(save_model: bool, no_weights: bool) -> Saving:
    kept, problem = keeps_weights()
    if problem:
        note(problem)
    return Saving(weights=kept and not no_weights, model=save_model)


def _check_notebook(notebook: NotebookFile, plans: Sequence[str]) -> None:
    """Print a notebook's problems; UserError if a plan has a mistake or no result could be written."""
    known = notebook.read()
    if mistake := known.mistake_in(plans):
        raise UserError(mistake)
    problem = notebook.check_writable()
    print_remarks(known)
    if problem:
        tell(problem)


def _print_resumed(resumed: Sequence[Job], left_out: Sequence[Group]) -> None:
    """Print which interrupted runs are resumed, and which not, as they were trained on other images."""
    if resumed:
        note(f"resuming {counted(len(resumed), 'interrupted run')}: {_named(resumed)}")
    for dataset in in_order(group.recipe.dataset for group in left_out):
        if others := resumable(group for group in left_out if group.recipe.dataset == dataset):
            command = shlex.join(["fmnist-tui", "run", *options_of(dataset)])
            tell(
                f"{counted(len(others), 'interrupted run')} on {shown_name(dataset)} left out: {_named(others)}; "
                f"`{command}` resumes {'it' if len(others) == 1 else 'them'}"
            )


def _named(jobs: Sequence[Job]) -> str:
    more = f" and {len(jobs) - MOST_NAMED:,} more" if len(jobs) > MOST_NAMED else ""
    return ", ".join(map(seed_name, jobs[:MOST_NAMED])) + more


def _train(
    jobs: Sequence[Job], how: _How, line: TerminalConnection, *, again: bool, profile: "Profile | None" = None
) -> int:
    from fmnist_tui.engine.clock import stop_clock_on_suspension
    from fmnist_tui.engine.parallel.limits import limits
    from fmnist_tui.engine.parallel.queue import Queue, longest_first
    from fmnist_tui.engine.parallel.trainings import Trainings

    at_once = min(how.parallelism.at_once, len(jobs))
    parallelism = replace(how.parallelism, at_once=at_once) if profile is None else ONE_AT_A_TIME
    if jobs and not how.scheduler:
        for limit in limits(parallelism, jobs):
            note(limit)
    stop_clock_on_suspension()
    in_order = longest_first(jobs) if parallelism.several or how.scheduler else jobs
    queue = Queue(in_order, parallelism)
    with _cluster(how, jobs) as cluster:
        trainings = Trainings(
            how.data, how.notebook, directory=how.directory, saving=how.saving, again=again, cluster=cluster
        )
        return train_and_print(
            jobs, queue, trainings, line, as_json=how.as_json, means=again, cluster=cluster, profile=profile
        )


@contextmanager
def _cluster(how: _How, jobs: Sequence[Job]) -> Iterator["Cluster | None"]:
    """Yield the connected cluster that was asked for, if there is anything to train."""
    if how.scheduler is None or not jobs:
        yield None
        return
    from fmnist_tui.engine.parallel.cluster.cluster import Cluster

    with closing(Cluster(how.scheduler, local_workers=how.parallelism.local_workers)) as cluster:
        cluster.connect()
        yield cluster


def _load(dataset: DatasetChoice, directory: Path | None, notebook: NotebookFile) -> "Dataset":
    from fmnist_tui.cli.progress import fetching
    from fmnist_tui.engine.dataset.sources import load

    with timed("data"), fetching() as notify:
        data = load(dataset, directory, notify=notify)
    if clash := name_clash(data.name, (run.recipe.dataset for run in notebook.read().runs)):
        raise UserError(clash)
    if data.reason:
        tell(f"training on SYNTHETIC garments, not Fashion-MNIST: {data.reason}")
    return data
