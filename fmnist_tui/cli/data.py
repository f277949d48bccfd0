from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from fmnist_tui.cli.options import DataOption, DatasetOption
from fmnist_tui.cli.output import say
from fmnist_tui.lab.classes import GARMENT_CLASSES, Classes
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.dataset import AUTO, DatasetName, chooses_other_data, facts_of


def tell(
    directory: DataOption = None,
    dataset: DatasetOption = AUTO,
    fetch: Annotated[bool, typer.Option("--fetch", help="Download what is missing into the program's cache.")] = False,
) -> None:
    """Show where Fashion-MNIST was found, and check its files; with --dataset NAME those of other data in --data."""
    from fmnist_tui.engine.dataset.description import describe

    if chooses_other_data(dataset):
        _tell_other(dataset, directory)
        return
    if fetch:
        _fetch()
    found = describe(directory)
    say(f"{found.folder}  ({found.source})")
    for file in found.files:
        say(f"  {file.name:<28} {file.problem or 'complete: the published bytes'}")
    if found.train_counts and found.test_counts:
        _say_counts(GARMENT_CLASSES, found.train_counts, found.test_counts)
    if not found.whole:
        raise UserError(
            "Fashion-MNIST is missing or incomplete: `fmnist-tui data --fetch` downloads it, --data names its folder"
        )


def _tell_other(dataset: DatasetName, directory: Path | None) -> None:
    from fmnist_tui.engine.dataset.description import class_counts
    from fmnist_tui.engine.dataset.sources import load

    found = load(dataset, directory, fetch=False)
    say(found.source)
    for file, md5 in facts_of(found.name).sums:
        say(f"  {file:<28} MD5 {md5}")
    _say_counts(found.classes, class_counts(found.y_train), class_counts(found.y_test))


def _say_counts(classes: Classes, train: Sequence[int], test: Sequence[int]) -> None:
    width = max(map(len, classes.names)) + 1
    say("")
    say(f"  {'class':<{width}} {'train':>7} {'test':>7}")
    for name, trained, tested in zip(classes.names, train, test, strict=True):
        say(f"  {name:<{width}} {trained:>7,} {tested:>7,}")


def _fetch() -> None:
    from fmnist_tui.cli.progress import fetching
    from fmnist_tui.engine.dataset.download import fetch
    from fmnist_tui.engine.dataset.places import program_cache

    with fetching() as notify:
        fetch(program_cache().folder, notify=notify)
