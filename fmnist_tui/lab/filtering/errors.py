"""What is wrong with a filter, and where."""

from fmnist_tui.lab.errors import UserError


class FilterError(UserError, ValueError):
    """Words that are no filter; the message is one line and says what is wrong, at which character and how to mend it.

    Args:
        problem: what is wrong and how to mend it.
        position: the character at fault, counted from 0; the length of the text where something is missing at its end.
    """

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(f"filter, character {position + 1}: {problem}")
        self.problem = problem
        """What is wrong, without where: for whoever points at it."""
        self.position = position
