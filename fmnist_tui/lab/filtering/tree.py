"""A filter that has been understood: conditions on a group of runs, joined by and, or and not."""

from dataclasses import dataclass

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.fields.network import LAYERS
from fmnist_tui.lab.fields.record import STATUS
from fmnist_tui.lab.filtering.values import Accepts

States = tuple[str, ...]
"""What a screen knows of a group besides its records, such as `running` or `queued`."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field compared with a value; of several values of a group one is enough."""

    field: Field
    accepts: Accepts
    negated: bool = False
    """Whether none may be accepted: `!=` and `!~`, which a group without any value meets."""

    def matches(self, group: Group, states: States) -> bool:
        """Whether a group is as the comparison says."""
        values = self.field.values(group)
        if self.field is STATUS:
            values += states
        if not values and self.field.kind == "text":
            values = ("",)
        return any(map(self.accepts, values)) is not self.negated


@dataclass(frozen=True, slots=True)
class Mention:
    """A word alone: the name or the shorthand contains it."""

    word: str
    """Without regard to case."""

    def matches(self, group: Group, states: States) -> bool:
        """Whether a group's name or shorthand contains the word."""
        return self.word in group.name.casefold() or self.word in LAYERS.of_group(group)


@dataclass(frozen=True, slots=True)
class All:
    """Several conditions, each of which must hold."""

    parts: tuple["Condition", ...]

    def matches(self, group: Group, states: States) -> bool:
        """Whether a group meets all."""
        return all(part.matches(group, states) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Any:
    """Several conditions, one of which must hold."""

    parts: tuple["Condition", ...]

    def matches(self, group: Group, states: States) -> bool:
        """Whether a group meets one."""
        return any(part.matches(group, states) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that must not hold."""

    part: "Condition"

    def matches(self, group: Group, states: States) -> bool:
        """Whether a group does not meet it."""
        return not self.part.matches(group, states)


Condition = Comparison | Mention | All | Any | Not
