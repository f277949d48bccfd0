"""Errors in a filter, with their position."""

from fmnist_tui.lab.errors import UserError


class FilterError(UserError, ValueError):
    """A filter that cannot be parsed.

    Args:
        problem: what is wrong and how to correct it.
        position: of the character at fault, from 0.
    """

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(f"filter, character {position + 1}: {problem}")
        self.problem = problem
        self.position = position
