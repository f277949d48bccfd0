from typing import Annotated

import typer

from fmnist_tui.cli.options import DataOption
from fmnist_tui.cli.output import say
from fmnist_tui.lab.errors import UserError


def tell(
    directory: DataOption = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Download what is missing into the program's cache.")] = False,
) -> None:
    """Show where Fashion-MNIST was found, and check its files."""
    from fmnist_tui.engine.dataset.description import describe
    from fmnist_tui.lab.classes import CLASS_NAMES

    if fetch:
        _fetch()
    found = describe(directory)
    say(f"{found.folder}  ({found.source})")
    for file in found.files:
        say(f"  {file.name:<28} {file.problem or 'complete: the published bytes'}")
    if found.train_counts and found.test_counts:
        say("")
        say(f"  {'class':<13} {'train':>7} {'test':>7}")
        for name, train, test in zip(CLASS_NAMES, found.train_counts, found.test_counts, strict=True):
            say(f"  {name:<13} {train:>7,} {test:>7,}")
    if not found.whole:
        raise UserError(
            "Fashion-MNIST is missing or incomplete: `fmnist-tui data --fetch` downloads it, --data names its folder"
        )


def _fetch() -> None:
    from fmnist_tui.cli.progress import fetching
    from fmnist_tui.engine.dataset.download import fetch
    from fmnist_tui.engine.dataset.places import program_cache

    with fetching() as notify:
        fetch(program_cache().folder, notify=notify)
