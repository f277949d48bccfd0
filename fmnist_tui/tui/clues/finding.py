from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.gc_pauses import gc_paused
from fmnist_tui.tui.background import Background, Lane

if TYPE_CHECKING:
    from fmnist_tui.lab.clues.clue import Clue


class Question(NamedTuple):
    """What clues are wanted of."""

    known: tuple[Group, ...] = ()
    """All groups of the notebook."""
    chosen: tuple[Group, ...] = ()
    """Those to speak of; empty for all."""

    @property
    def spoken_of(self) -> tuple[Group, ...]:
        return self.chosen or self.known


class CluesFound(Message):
    def __init__(self, question: Question, clues: "tuple[Clue, ...]") -> None:
        super().__init__()
        self.question = question
        self.clues = clues


class ClueFinder:
    """Answers questions in the background, one after another; a newer one takes the place of one that waits.

    One about all groups and one about some of them wait beside each other. `post` must be callable from any thread.
    """

    def __init__(self, post: Callable[[Message], object], background: Background) -> None:
        self._post = post
        self._background = background
        self._waiting: dict[bool, Question] = {}
        """By whether it is about chosen groups alone."""

    def find(self, question: Question) -> None:
        self._waiting[bool(question.chosen)] = question
        self._background.run(Lane.CLUES, partial(self._answer, bool(question.chosen)))

    def _answer(self, narrowed: bool) -> None:
        from fmnist_tui.lab.clues import find_clues

        question = self._waiting.pop(narrowed, None)
        if question is not None:  # else a newer one has taken its place, and is answered already
            with gc_paused():
                clues = find_clues(question.spoken_of, question.known)
            self._post(CluesFound(question, clues))
