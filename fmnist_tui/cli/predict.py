"""`predict`: what a run's network makes of pictures of your own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fmnist_tui.cli.options import JsonOption, NotebookOption
from fmnist_tui.cli.output import say, say_json, tell
from fmnist_tui.cli.reading import read_notebook
from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import find_run
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.plain_text import visible

if TYPE_CHECKING:
    from fmnist_tui.lab.inside.one_image import Passage
    from fmnist_tui.lab.inside.picture import Picture

UNSURE = 0.5
"""Below this highest probability the network knows nothing that the picture looks like."""


def predict(
    name: Annotated[str, typer.Argument(metavar="RUN", help="A run's id.")],
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE", help="PNG, JPEG, GIF or BMP files.")],
    best: Annotated[bool, typer.Option("--best", help="With the best epoch's weights, not the last's.")] = False,
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Ask a trained network what is on pictures of your own.

    Each is made what the data set's images are: grey, on black, cut to its content, 28 × 28. A picture that cannot be
    read is named, and the others are answered; the exit status is 2 then.
    """
    from fmnist_tui.lab.inside.one_image import follow
    from fmnist_tui.lab.inside.picture import PictureError, read_picture
    from fmnist_tui.lab.runs.weights import NOT_KEPT, read_weights

    notebook = NotebookFile(file)
    run = find_run(read_notebook(notebook).notebook, name)
    if run is None:
        raise UserError(f"{shown(name)} is no run; `fmnist-tui show NAME` lists an experiment's ids")
    weights = read_weights(notebook.runs_folder / run.id, run.recipe.architecture)
    if weights is None:
        raise UserError(f"no weights of run {run.id} are kept; {NOT_KEPT}")
    layers = weights.best if best and weights.best else weights.last
    answers: list[dict[str, Any]] = []
    unread = 0
    for path in pictures:
        try:
            picture = read_picture(path)
        except PictureError as error:
            tell(str(error))
            unread += 1
            continue
        passage = follow(run.recipe.architecture, layers, picture.image)
        if as_json:
            answers.append(_as_json(path, picture, passage, run.recipe.classes))
        else:
            _print(path, picture, passage, run.recipe.classes)
    if as_json:
        say_json(answers)
    if unread:
        raise typer.Exit(2)


def _as_json(path: Path, picture: "Picture", passage: "Passage", classes: Classes) -> dict[str, Any]:
    return {
        "picture": str(path),
        "notes": list(picture.notes),
        "unsure": _is_unsure(passage),
        "classes": [
            {"class": classes.names[each], "probability": round(float(passage.probabilities[each]), 6)}
            for each in passage.ranking.tolist()
        ],
    }


def _print(path: Path, picture: "Picture", passage: "Passage", classes: Classes) -> None:
    from fmnist_tui.lab.inside.picture import as_characters

    say(visible(str(path), 1_000) + (f"  ({'; '.join(picture.notes)})" if picture.notes else ""))
    for line in as_characters(picture.image):
        say(f"  {line}")
    for each in passage.ranking[:3].tolist():
        say(f"  {float(passage.probabilities[each]):6.1%}  {classes.names[each]}")
    if _is_unsure(passage):
        say("  unsure: it looks like nothing that this network knows")


def _is_unsure(passage: "Passage") -> bool:
    return bool(passage.probabilities.max() < UNSURE)
