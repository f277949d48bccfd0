"""A parsed filter: conditions on a group, joined by and, or and not."""

from dataclasses import dataclass

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.fields.network import LAYERS
from fmnist_tui.lab.fields.record import STATUS
from fmnist_tui.lab.filtering.values import Accepts

States = tuple[str, ...]
"""Values of `status` that are in no record, such as `queued`."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field compared with a value; any of a group's values may match."""

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
    """A word that the name or the shorthand must contain."""

    word: str
    """Case-folded."""

    def matches(self, group: Group, states: States) -> bool:
        return self.word in group.name.casefold() or self.word in LAYERS.of_group(group)


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...]

    def matches(self, group: Group, states: States) -> bool:
        return all(part.matches(group, states) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple["Condition", ...]

    def matches(self, group: Group, states: States) -> bool:
        return any(part.matches(group, states) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"

    def matches(self, group: Group, states: States) -> bool:
        return not self.part.matches(group, states)


Condition = Comparison | Mention | All | Any | Not
