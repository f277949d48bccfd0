import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.fields.recipe import LAYERS
from fmnist_tui.lab.fields.record import STATUS
from fmnist_tui.lab.numbers import Number, NumberError, is_grouped, read_number, read_whole
from fmnist_tui.lab.parameters import ParameterError, shown

Accepts = Callable[[Any], bool]

States = tuple[str, ...]
"""Values of `status` that are in no record, such as `queued`."""


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """Any of a group's values may match."""

    field: Field
    accepts: Accepts
    negated: bool = False
    """For `!=` and `!~`: no value may match, so a group without a value does."""

    def matches(self, group: Group, states: States) -> bool:
        values = self.field.values(group)
        if self.field is STATUS:
            values += states
        if not values and self.field.kind == "text":
            values = ("",)
        return any(map(self.accepts, values)) is not self.negated


@dataclass(frozen=True, slots=True)
class Mention:
    word: str
    """Case-folded."""

    def matches(self, group: Group, states: States) -> bool:
        return self.word in group.name.casefold() or self.word in LAYERS.of_group(group)


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple["Condition", ...]

    def matches(self, group: Group, states: States) -> bool:
        return all(part.matches(group, states) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Condition", ...]

    def matches(self, group: Group, states: States) -> bool:
        return any(part.matches(group, states) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"

    def matches(self, group: Group, states: States) -> bool:
        return not self.part.matches(group, states)


Condition = FieldComparison | Mention | AllOf | AnyOf | Not

FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DUST = 1e-9
"""Relative tolerance for floating-point rounding."""


class UnsupportedOperator(ParameterError):
    pass


def accepting(field: Field, sign: str, text: str) -> Accepts:
    """Return the predicate, negated by the caller for `!=` and `!~`; ParameterError for other values."""
    match field.kind:
        case "number":
            return _number(field, sign, text)
        case "text":
            return _text(field, sign, text)
        case "day":
            return _day(field, sign, text)
        case "flag":
            return _flag(field, sign, text)


def _number(field: Field, sign: str, text: str) -> Accepts:
    if sign == "~":
        raise UnsupportedOperator(f"{field.key} is a number; compare it with = != < <= > >=, not ~")
    try:
        number = _read(field, text)
    except NumberError as error:
        raise ParameterError(f"{field.key} is a number, such as 0.87, 87%, 60k or 1e-3, not {error}") from None
    wanted = number.value
    if sign != "=":
        compare = _ORDER[sign]
        return lambda value: compare(value, wanted)
    width = _DUST * abs(wanted) + (0.5 * number.digit if field.measured else 0.0)
    return lambda value: math.isclose(value, wanted, rel_tol=0.0, abs_tol=width)


def _read(field: Field, text: str) -> Number:
    if field.whole and is_grouped(text):
        return Number(float(read_whole(text)), 1.0)
    number = read_number(text)
    if not math.isfinite(number.value):
        raise NumberError(shown(text))
    return number


def _text(field: Field, sign: str, text: str) -> Accepts:
    wanted = text.casefold()
    if sign == "~":
        return lambda value: wanted in value.casefold()
    if sign != "=":
        raise UnsupportedOperator(f"{field.key} is text; compare it with = != ~ (contains) or !~, not {sign}")
    if field.options and wanted:
        wanted = _option(field, wanted, text)
    return lambda value: value.casefold() == wanted


def _option(field: Field, wanted: str, text: str) -> str:
    starts = [option for option in field.options if option.startswith(wanted)]
    if wanted in field.options:
        return wanted
    if not starts and field.more_options:
        return wanted
    if len(starts) != 1:
        raise ParameterError(f"{field.key} is one of {', '.join(starts or field.options)}, not {shown(text)}")
    return starts[0]


def _day(field: Field, sign: str, text: str) -> Accepts:
    if sign == "~":
        raise UnsupportedOperator(f"{field.key} is a day; compare it with = != < <= > >=, not ~")
    try:
        wanted = date.fromisoformat(text.strip())
    except ValueError:
        raise ParameterError(f"{field.key} is a day, such as 2025-01-31, not {shown(text)}") from None
    compare: Callable[[Any, Any], bool] = _ORDER.get(sign, operator.eq)
    return lambda value: compare(value.date(), wanted)


def _flag(field: Field, sign: str, text: str) -> Accepts:
    advice = f"{field.key} is yes or no; write {field.key}, not {field.key} or {field.key}=no"
    if sign != "=":
        raise UnsupportedOperator(advice)
    wanted = FLAGS.get(text.strip().lower())
    if wanted is None:
        raise ParameterError(advice)
    return lambda value: value is wanted
