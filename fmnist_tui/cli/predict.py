"""`predict`: what a run's network makes of pictures of your own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fmnist_tui.cli import completion
from fmnist_tui.cli.options import DataOption, JsonOption, NotebookOption
from fmnist_tui.cli.output import say, say_json, tell
from fmnist_tui.cli.reading import read_notebook
from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import find_run
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run

if TYPE_CHECKING:
    from fmnist_tui.lab.inside.familiarity import KnownImages, Nearness
    from fmnist_tui.lab.inside.one_image import Passage
    from fmnist_tui.lab.inside.picture import Picture


def predict(
    name: Annotated[str, typer.Argument(metavar="RUN", help="A run's id.", autocompletion=completion.runs)],
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE", help="PNG, JPEG, GIF or BMP files.")],
    best: Annotated[bool, typer.Option("--best", help="With the best epoch's weights, not the last's.")] = False,
    as_json: JsonOption = False,
    directory: DataOption = None,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """Ask a trained network what is on pictures of your own.

    Each is made what the data set's images are: grey, on black, cut to its content, 28 × 28. It looks like nothing that
    the network knows where the highest probability is below 50 %, or its 5th nearest training image is farther away
    than that of 99 in 100 test images: distance over the pixels from 0 to 1, to every third training image. A picture
    that cannot be read is named, and the others are answered; the exit status is 2 then.
    """
    from fmnist_tui.lab.inside.familiarity import nearness
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
    read: list[tuple[Path, Picture]] = []
    for path in pictures:
        try:
            read.append((path, read_picture(path)))
        except PictureError as error:
            tell(str(error))
    known = _known_images(run, directory) if read else None
    answers: list[dict[str, Any]] = []
    for path, picture in read:
        passage = follow(run.recipe.architecture, layers, picture.image)
        near = nearness(known, picture.image) if known else None
        if as_json:
            answers.append(_as_json(path, picture, passage, near, run.recipe.classes))
        else:
            _print(path, picture, passage, near, run.recipe.classes)
    if as_json:
        say_json(answers)
    if len(read) < len(pictures):
        raise typer.Exit(2)


def _known_images(run: Run, directory: Path | None) -> "KnownImages | None":
    """Return None, and say why, where the data of the run is not on this machine."""
    from fmnist_tui.engine.dataset.sources import load
    from fmnist_tui.lab.inside.familiarity import known_images

    try:
        data = load(run.recipe.dataset, directory, fetch=False)
    except UserError as error:
        tell(f"not compared with the training images: {error}")
        return None
    return known_images(data.x_train, data.x_test)


def _as_json(
    path: Path, picture: "Picture", passage: "Passage", near: "Nearness | None", classes: Classes
) -> dict[str, Any]:
    from fmnist_tui.lab.inside.familiarity import UNSURE, doubts

    return {
        "picture": str(path),
        "notes": list(picture.notes),
        "doubts": list(doubts(passage, near)),
        "unsure": bool(passage.probabilities.max() < UNSURE),
        "far": near.is_far if near else None,
        "distance": round(near.distance, 4) if near else None,
        "distance_limit": round(near.limit, 4) if near else None,
        "classes": [
            {"class": classes.names[each], "probability": round(float(passage.probabilities[each]), 6)}
            for each in passage.ranking.tolist()
        ],
    }


def _print(path: Path, picture: "Picture", passage: "Passage", near: "Nearness | None", classes: Classes) -> None:
    from fmnist_tui.lab.inside.familiarity import doubts
    from fmnist_tui.lab.inside.picture import as_characters

    say(visible(str(path), 1_000) + (f"  ({'; '.join(picture.notes)})" if picture.notes else ""))
    for line in as_characters(picture.image):
        say(f"  {line}")
    for each in passage.ranking[:3].tolist():
        say(f"  {float(passage.probabilities[each]):6.1%}  {classes.names[each]}")
    if found := doubts(passage, near):
        say(f"  it looks like nothing that this network knows: {'; '.join(found)}")
