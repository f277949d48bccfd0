"""Options that take a number."""

from typing import Any

import typer

from fmnist_tui.lab.numbers import NumberError, read_number, read_whole


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


def whole_option(*names: str, metavar: str = "<int>", help: str) -> Any:
    """Return an option that takes an integer: 60000, 60,000 or 60k."""
    return typer.Option(*names, parser=_whole, metavar=metavar, help=help)


def number_option(*names: str, metavar: str = "<float>", help: str) -> Any:
    """Return an option that takes a number: 0.001, 1e-3 or 20%."""
    return typer.Option(*names, parser=_number, metavar=metavar, help=help)
