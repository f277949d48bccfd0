from collections.abc import Iterator
from dataclasses import MISSING, field, fields
from typing import Any, NamedTuple, TypeVar

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.numbers import NumberError, read_number, read_whole

T = TypeVar("T")
Value = int | float | str


class ParameterError(UserError, ValueError):
    pass


def shown(value: object) -> str:
    """Return a repr, shortened, safe to print on one line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


class IntRange(NamedTuple):
    low: int
    high: int

    def read(self, name: str, text: str) -> int:
        try:
            value = read_whole(text)
        except NumberError as error:
            raise ParameterError(f"{name} must be {self}, not {error}") from None
        self.check(name, value)
        return value

    def check(self, name: str, value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not self.low <= value <= self.high:
            raise ParameterError(f"{name} must be {self}, not {shown(value)}")

    def step(self, value: int, by: int) -> int:
        return min(max(value + by, self.low), self.high)

    def scale(self, value: int, factor: float) -> int:
        return min(max(round(value * factor), self.low), self.high)

    def __str__(self) -> str:
        return f"a whole number from {self.low:,} to {self.high:,}"


class FloatRange(NamedTuple):
    low: float
    high: float
    increment: float
    """Size of one step; 0 steps by the value's own power of ten: 0.008, 0.009, 0.01, 0.02."""

    def read(self, name: str, text: str) -> float:
        try:
            value = read_number(text).value
        except NumberError as error:
            raise ParameterError(f"{name} must be {self}, not {error}") from None
        self.check(name, value)
        return value

    def check(self, name: str, value: object) -> None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not self.low <= value <= self.high:  # type: ignore[operator]
            raise ParameterError(f"{name} must be {self}, not {shown(value)}")

    def step(self, value: float, by: int) -> float:
        """Move by increments within the range, without binary rounding noise."""
        if self.increment:
            return self._bounded(value + by * self.increment)
        for _ in range(abs(by)):
            power = float(f"1e{f'{value:e}'.partition('e')[2]}")
            value = self._bounded(value + power if by > 0 else _below(value, power))
        return value

    def scale(self, value: float, factor: float) -> float:
        return self._bounded(value * factor)

    def _bounded(self, value: float) -> float:
        return min(max(float(f"{value:.6g}"), self.low), self.high)

    def __str__(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"


def _below(value: float, power: float) -> float:
    if value >= 2 * power:
        return value - power
    return power if value > power else value - power / 10


class Choice(NamedTuple):
    options: tuple[str, ...]

    def read(self, name: str, text: str) -> str:
        """Parse an option or an unambiguous prefix of one."""
        word = text.strip().lower()
        starts = [option for option in self.options if option.startswith(word)]
        if word not in self.options and len(starts) == 1:
            return starts[0]
        self.check(name, word)
        return word

    def check(self, name: str, value: object) -> None:
        if value not in self.options:
            raise ParameterError(f"{name} must be {self}, not {shown(value)}")

    def step(self, value: str, by: int) -> str:
        return self.options[(self.options.index(value) + by) % len(self.options)]

    def scale(self, value: str, factor: float) -> str:
        return self.step(value, 1 if factor > 1 else -1)

    def __str__(self) -> str:
        return f"one of {', '.join(self.options)}"


Spec = IntRange | FloatRange | Choice


def parameter(spec: Spec, default: Any = MISSING) -> Any:
    return field(default=default, metadata={"spec": spec})


def specs(record: object) -> Iterator[tuple[str, Spec]]:
    for each in fields(record):  # type: ignore[arg-type]
        if "spec" in each.metadata:
            yield each.name, each.metadata["spec"]


def spec_of(record: object, name: str) -> Spec:
    return dict(specs(record))[name]


def spoken(name: str) -> str:
    return name.replace("_", " ")


def check_parameters(record: object) -> None:
    for name, spec in specs(record):
        spec.check(spoken(name), getattr(record, name))
