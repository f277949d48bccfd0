import re
from collections.abc import Callable, Iterable
from typing import Any

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.fields.registry import find_field, hint_for_key
from fmnist_tui.lab.parameters import shown

_DIGITS = re.compile(r"([0-9]+)")


class UnknownKey(UserError):
    pass


def sort_groups(groups: Iterable[Group], key: str, descending: bool | None = None) -> tuple[Group, ...]:
    """Sort groups by a field's key or alias, by default the best first; UnknownKey if there is none.

    The sort is stable; groups without a value come last. Numbers within a text count as numbers: `8 units` comes before
    `16 units`.
    """
    found = _key(key)
    rank = _rank(found)
    known: list[tuple[Any, Group]] = []
    missing: list[Group] = []
    for group in groups:
        values = found.values(group)
        if values:
            known.append((rank(values), group))
        else:
            missing.append(group)
    known.sort(key=lambda pair: pair[0], reverse=found.descending if descending is None else descending)
    return (*(group for _, group in known), *missing)


def descends(key: str) -> bool:
    return _key(key).descending


def _key(name: str) -> Field:
    field = find_field(name)
    if field is None:
        raise UnknownKey(f"cannot sort by {shown(name)}; {hint_for_key(name)}")
    return field


def _rank(field: Field) -> Callable[[tuple[Any, ...]], Any]:
    """Of several numbers the largest counts."""
    return field.rank or (_natural if field.kind == "text" else max)


def _natural(texts: tuple[str, ...]) -> tuple[Any, ...]:
    parts = _DIGITS.split(", ".join(texts).casefold())
    # Odd parts are digits; compared by length first, they need no conversion, however long.
    return tuple(
        (len(digits), digits) if place % 2 and (digits := part.lstrip("0")) is not None else part
        for place, part in enumerate(parts)
    )
