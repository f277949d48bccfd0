"""A filter of groups; `parsing` reads one from its text."""

from typing import TYPE_CHECKING, NamedTuple

from fmnist_tui.lab.experiments.groups import Group

if TYPE_CHECKING:
    from fmnist_tui.lab.filtering.conditions import Condition, States

HELP = """\
A filter is conditions side by side; all must hold.

  acc>0.87 params<60k        = != < <= > >= compare; k, M and % are understood
  name~wide note!~old        ~ contains, !~ does not, in upper or lower case
  status=failed has=conv2d   of several values one is enough
  wide                       a word alone: the name or the layers contain it
  starred not baseline       yes-or-no keys stand alone
  not (depth=1 or depth=2)   and binds before or; parentheses help
  name="one layer of 64"     quotes around what has spaces or signs
"""


class Filter(NamedTuple):
    text: str
    condition: "Condition | None" = None
    """None for the empty filter, which every group matches."""

    def matches(self, group: Group, states: "States" = ()) -> bool:
        """`states` are added to the group's values of `status`."""
        return self.condition is None or self.condition.matches(group, states)
