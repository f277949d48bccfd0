"""Read a notebook's tables, with errors that name the key and describe the value in TOML's terms."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, TypeVar

from fmnist_tui.lab.parameters import Choice, FloatRange, IntRange, ParameterError, Spec, shown, spec_of, spoken
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS, Hyperparameters, hyperparameters
from fmnist_tui.lab.records.run import Metrics
from fmnist_tui.lab.records.shorthand import parse_buildable
from fmnist_tui.lab.toml.writing import value_text

_LONGEST = 60
_MOST_SHOWN = 30
"""Maximum entries of an array or table written before shortening."""


def kind_of(value: object) -> str:
    match value:
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a float"
        case str():
            return "a string"
        case datetime():
            return "a date and time"
        case date():
            return "a date"
        case time():
            return "a time"
        case list():
            return "an array"
        case _:
            return "a table"


def described(value: Any) -> str:
    """Return a value, shortened, and its type: `"7" (a string)`."""
    if isinstance(value, list):
        value = value[:_MOST_SHOWN]
    if isinstance(value, dict):
        value = dict(list(value.items())[:_MOST_SHOWN])
    text = visible(value_text(value[:_LONGEST] if isinstance(value, str) else value), _LONGEST * _MOST_SHOWN)
    return f"{text if len(text) <= _LONGEST else f'{text[: _LONGEST - 3]}…'} ({kind_of(value)})"


def in_quotes(value: Any) -> str:
    """Return a TOML string: `"2026-01-01"`; `"…"` for an array or a table."""
    return '"…"' if isinstance(value, list | dict) else visible(value_text(value_text(value)))


T = TypeVar("T")


class RecordError(Exception):
    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


class RecordTable:
    def __init__(self, values: dict[str, Any], asked: set[str] | None = None) -> None:
        self.values = values
        self._asked = set() if asked is None else asked

    def unknown(self) -> dict[str, Any]:
        """The keys that were not read: the user's own, or mistyped ones."""
        return {key: value for key, value in self.values.items() if key not in self._asked}

    def get(self, key: str, kind: type[T] | tuple[type, ...], what: str, default: Any = ...) -> Any:
        """Return a value, or `default` if the key is absent; `...` makes it required."""
        self._asked.add(key)
        value = self.values.get(key)
        if value is None:
            if default is ...:
                raise RecordError(key, f"{key} is missing")
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise RecordError(key, f"{key} must be {what}, not {described(value)}{_suggestion(key, kind, value)}")
        return value

    def text(self, key: str, default: Any = ...) -> Any:
        return self.get(key, str, "a string", default)

    def whole(self, key: str, low: int, high: int | None = None, default: Any = ...) -> Any:
        value = self.get(key, int, "an integer", default)
        if isinstance(value, int) and (value < low or (high is not None and value > high)):
            bounds = f"at least {low}" if high is None else f"from {low} to {high:,}"
            raise RecordError(key, f"{key} must be {bounds}, not {value}")
        return value

    def number(self, key: str, default: Any = ...) -> Any:
        value = self.get(key, (int, float), "a number", default)
        return float(value) if value is not None else None

    def one_of(self, key: str, options: tuple[str, ...], default: Any = ...) -> Any:
        value = self.text(key, default)
        if value is not None and value not in options:
            raise RecordError(key, f"{key} must be one of {', '.join(options)}, not {shown(value)}")
        return value

    def numbers(self, key: str) -> tuple[float, ...]:
        values = self.get(key, list, "an array of numbers", [])
        for place, value in enumerate(values):
            if type(value) not in (int, float):
                entry = f"its entry {place + 1} is {described(value)}"
                raise RecordError(key, f"{key} must be an array of numbers; {entry}")
        return tuple(map(float, values))

    def flag(self, key: str) -> bool:
        value: bool = self.get(key, bool, "true or false", False)
        return value

    def metrics(self, prefix: str) -> Metrics | None:
        accuracy, loss = self.number(f"{prefix}_accuracy", None), self.number(f"{prefix}_loss", None)
        return Metrics(accuracy, loss) if accuracy is not None and loss is not None else None

    def architecture(self) -> Architecture:
        text = self.text("architecture")
        try:
            return _parsed(text)
        except ValueError as error:
            raise RecordError("architecture", f"architecture: {error}") from None

    def training(self) -> Hyperparameters:
        self._asked.update(HYPERPARAMETERS)
        given = {name: self.values[name] for name in HYPERPARAMETERS if name in self.values}
        for name, value in given.items():
            spec = spec_of(Hyperparameters, name)
            if type(value) not in TYPES[type(spec)]:
                raise RecordError(name, f"{spoken(name)} must be {spec}, not {described(value)}")
        try:
            return _training(tuple((name, type(value), value) for name, value in given.items()))
        except ParameterError as error:
            key = next((name for name in given if str(error).startswith(spoken(name))), "")
            raise RecordError(key, str(error)) from None


def _suggestion(key: str, kind: type[T] | tuple[type, ...], value: object) -> str:
    if kind is str:
        return f"; write {key} = {in_quotes(value)}"
    return f"; write {key} = 2026-01-31T12:00:00Z, without quotes" if kind is datetime else ""


TYPES: dict[type[Spec], tuple[type, ...]] = {IntRange: (int,), FloatRange: (int, float), Choice: (str,)}

_parsed = lru_cache(maxsize=1024)(parse_buildable)


@lru_cache(maxsize=1024)
def _training(given: tuple[tuple[str, type, Any], ...]) -> Hyperparameters:
    """The cache key has the types because 1, 1.0 and true are equal."""
    return hyperparameters(**{name: value for name, _, value in given})
