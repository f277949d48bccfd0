"""What a shell may complete on a command line; `shells.py` speaks with the shells.

Each function returns words with a meaning, which zsh and fish show, and is given to an option or argument of typer.
"""

from collections.abc import Sequence
from pathlib import Path

import typer

from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.toml.reading import Notebook

Choices = list[tuple[str, str]]


def experiments(context: typer.Context, incomplete: str) -> Choices:
    """Complete the names of experiments, planned or only trained."""
    del incomplete
    return list(_experiments(_notebook(context)).items())


def experiments_and_runs(context: typer.Context, incomplete: str) -> Choices:
    """Complete names, and the ids of runs once a letter is typed or where there are no others."""
    notebook = _notebook(context)
    names = list(_experiments(notebook).items())
    return names + (_choices(notebook.runs) if incomplete or not names else [])


def runs(context: typer.Context, incomplete: str) -> Choices:
    """Complete the ids of runs, the latest first."""
    del incomplete
    return _choices(_notebook(context).runs)


def missing_runs(context: typer.Context, incomplete: str) -> Choices:
    """Complete the ids of runs that the notebook had and that are missing from it, the latest first."""
    from fmnist_tui.lab.errors import UserError
    from fmnist_tui.lab.notebook.recovery import Recovery

    del incomplete
    try:
        file = _file(context)
        return _choices(Recovery(file).lost_runs()) if file else []
    except (UserError, OSError):
        return []


def architectures(context: typer.Context, incomplete: str) -> Choices:
    """Complete the architectures of the notebook, and the presets."""
    from fmnist_tui.lab.experiments.presets import presets
    from fmnist_tui.lab.records.shorthand import shorthand

    del incomplete
    known = {shorthand(preset.architecture): preset.name for preset in presets()}
    for experiment in _notebook(context).experiments:
        known.setdefault(shorthand(experiment.architecture), experiment.name)
    return list(known.items())


def recipes(context: typer.Context, incomplete: str) -> Choices:
    """Complete whatever names a recipe: an architecture, an experiment, a run."""
    return architectures(context, incomplete) + experiments_and_runs(context, incomplete)


def filter_words(context: typer.Context, incomplete: str) -> Choices:
    """Complete the last word of a filter, behind those before it."""
    from fmnist_tui.lab.fields.registry import find_field
    from fmnist_tui.lab.filtering.completion import complete, completed

    found = complete(incomplete, len(incomplete), _experiments(_notebook(context)))
    fields = {choice: find_field(choice.rstrip("=<>~")) for choice in found}
    return [
        (completed(incomplete, len(incomplete), choice)[0], field.help if field else "")
        for choice, field in fields.items()
    ]


def sort_keys(context: typer.Context, incomplete: str) -> Choices:
    from fmnist_tui.lab.fields.registry import FIELDS

    del context, incomplete
    return [(field.key, field.help) for field in FIELDS.values()]


def column_keys(context: typer.Context, incomplete: str) -> Choices:
    """Complete the last of several keys, which commas separate."""
    before = incomplete[: incomplete.rfind(",") + 1]
    chosen = before.split(",")
    return [(before + key, meaning) for key, meaning in sort_keys(context, incomplete) if key not in chosen]


def datasets(context: typer.Context, incomplete: str) -> Choices:
    """Complete the names of datasets: those that the program knows, and those of the notebook's runs."""
    from fmnist_tui.lab.records.dataset import AUTO, DATASETS, name_of

    del incomplete
    trained = {name_of(run.recipe.dataset): "" for run in _notebook(context).runs}
    return list(({AUTO: "synthetic without Fashion-MNIST"} | dict.fromkeys(DATASETS, "") | trained).items())


def optimizers(context: typer.Context, incomplete: str) -> Choices:
    from fmnist_tui.lab.records.recipe import OPTIMIZERS

    del context, incomplete
    return [(name, f"learning rate {rate:g}") for name, rate in OPTIMIZERS.items()]


def _experiments(notebook: Notebook) -> dict[str, str]:
    """Return the architecture of each experiment by its name."""
    from fmnist_tui.lab.records.shorthand import shorthand

    found = {run.experiment: shorthand(run.recipe.architecture) for run in notebook.runs}
    return {each.name: shorthand(each.architecture) for each in notebook.experiments} | found


def _choices(runs: Sequence[Run]) -> Choices:
    return [(run.id, f"{run.experiment}, seed {run.seed}") for run in reversed(runs)]


def _notebook(context: typer.Context) -> Notebook:
    """Return the notebook of the command line; an empty one where it cannot be read."""
    from fmnist_tui.lab.errors import UserError

    try:
        file = _file(context)
        return file.read() if file else Notebook()
    except (UserError, OSError):
        return Notebook()


def _file(context: typer.Context) -> NotebookFile | None:
    """Return the notebook of the command line if it is a file: a pipe would be waited for."""
    options = (context.params, context.find_root().params)
    given = (str(each["file"]) for each in options if each.get("file"))
    path = Path(next((name for name in given if name != DEFAULT_NAME), DEFAULT_NAME)).expanduser()
    return NotebookFile(path) if path.is_file() else None
