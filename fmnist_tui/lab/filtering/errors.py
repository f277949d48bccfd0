"""Errors in a filter, with their position."""

from fmnist_tui.lab.errors import UserError


class FilterError(UserError, ValueError):
    """A filter that cannot be parsed; the message is one line.

    Args:
        problem: what is wrong and how to correct it.
        position: the character at fault, from 0; the length of the text where something is missing at its end.
    """

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(f"filter, character {position + 1}: {problem}")
        self.problem = problem
        """The message without the position."""
        self.position = position
