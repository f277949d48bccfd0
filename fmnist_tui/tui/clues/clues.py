from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job, jobs_up_to
from fmnist_tui.lab.experiments.seeds import seeds_text
from fmnist_tui.lab.filtering.filter import Filter
from fmnist_tui.lab.plain_text import plural, visible
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.tui.background import Background
from fmnist_tui.tui.clues.finding import ClueFinder, CluesFound, Question
from fmnist_tui.tui.editor.pane import ArchitecturePane
from fmnist_tui.tui.history import choices
from fmnist_tui.tui.history import view as gestures
from fmnist_tui.tui.history.pane import HistoryPane
from fmnist_tui.tui.history.rows import HistoryRow, RowKey
from fmnist_tui.tui.history.view import marked_rows
from fmnist_tui.tui.training.pane import TrainingPane

if TYPE_CHECKING:
    from fmnist_tui.lab.clues.clue import Clue, Suggestion
    from fmnist_tui.tui.clues.screen import CluesScreen

LONGEST = 1_000
"""Characters of a sentence in one line: more than any screen has columns."""

IN_LOG = 54
"""Characters of it in the log, which wraps: they fit in a line at 80 and at 120 columns."""


class Clues:
    """Shows the notebook's clues: a line in the history, one in the log where a result changes it, and their screen."""

    def __init__(
        self,
        editor: ArchitecturePane,
        training: TrainingPane,
        history: HistoryPane,
        enter: Callable[[str], None],
        background: Background,
    ) -> None:
        """`enter` goes to a pane, from any screen over it."""
        self._editor, self._training, self._history = editor, training, history
        self._enter = enter
        self._finder = ClueFinder(history.post_message, background)
        self._asked: Question | None = None
        self._found: CluesFound | None = None
        """The latest about the whole notebook."""
        self._told: Clue | None = None
        """The first clue at the start or told in the log since; an edit of the notebook changes it without a word."""
        self._runs_told: int | None = None
        """The runs that the notebook had then; None before the start."""
        self._opened: CluesScreen | None = None

    @property
    def _screen(self) -> "CluesScreen | None":
        """The clues screen, while it is open."""
        return self._opened if self._opened in self._history.app.screen_stack else None

    def begin(self, groups: tuple[Group, ...]) -> None:
        """Note what the notebook holds at the start. Without runs it has no clue: the first one is news."""
        if not _runs(groups):
            self._runs_told = 0

    def read(self) -> None:
        """Find the clues of the notebook as the history shows it, if it has changed."""
        question = Question(self._history.table.view.recorded)
        if question == self._asked:
            return
        self._asked = question
        self._history.show_clue(None if _runs(question.known) else "")
        self._finder.find(question)
        if (screen := self._screen) is not None and screen.question.chosen:
            self._ask_again(screen)

    def show(self, found: CluesFound) -> None:
        if (screen := self._screen) is not None:
            screen.show_found(found)
        if found.question.chosen:
            return
        self._found = found
        first = found.clues[0] if found.clues else None
        nothing = "these results say nothing for certain" if _runs(found.question.known) else ""
        self._history.show_clue(visible(first.sentence, LONGEST) if first else nothing)
        self.tell()

    def tell(self) -> None:
        """Say the first clue in the log where new runs changed it and what it asks for is not being trained."""
        found = self._found
        if found is None or found.question is not self._asked:
            return
        first, runs = found.clues[0] if found.clues else None, _runs(found.question.known)
        if self._runs_told is not None and self._runs_told < runs:
            if first and first.suggestion and self._busy(first.suggestion):
                return  # more seeds are asked for between the first and the second: no news
            if first and not _same(first, self._told):
                self._training.log_line(Text(f"new clue (C): {visible(first.sentence, IN_LOG)}", "italic"))
        self._runs_told, self._told = runs, first

    def open(self) -> None:
        """Show the screen: about the marked experiments, else about all."""
        from fmnist_tui.tui.clues.screen import CluesScreen

        self.read()
        marked = {id(row.group): row.group for row in marked_rows(self._history.table.view)}
        recorded = self._history.table.view.recorded
        chosen = tuple(group for group in recorded if id(group) in marked)
        self._opened = screen = CluesScreen(Question(recorded, chosen), self.load, self.queue, self.open_evidence)
        if not chosen and self._found is not None and self._found.question.known == recorded:
            screen.show_found(self._found)
        elif chosen:
            self._finder.find(screen.question)
        self._history.app.push_screen(screen)

    def _ask_again(self, screen: "CluesScreen") -> None:
        """Ask again about the experiments of the screen, which have other runs now."""
        keys = {(group.name, group.recipe) for group in screen.question.chosen}
        recorded = self._history.table.view.recorded
        chosen = tuple(group for group in recorded if (group.name, group.recipe) in keys)
        screen.question = Question(recorded, chosen)
        self._finder.find(screen.question)

    def load(self, suggestion: "Suggestion") -> None:
        """Load a suggestion into the editor and show what it changes."""
        self._enter("architecture")
        self._editor.suggest(suggestion.recipe, max(len(self._jobs(suggestion)), 1))

    def queue(self, suggestion: "Suggestion") -> str:
        """Train the seeds that a suggestion lacks; return what was done."""
        jobs = self._jobs(suggestion)
        if not jobs:
            return "queued already" if self._busy(suggestion) else "trained already"
        seeds = [job.seed for job in jobs]
        words = f"training {visible(jobs[0].experiment, 40)} seed{plural(len(seeds))} {seeds_text(seeds)}: from a clue"
        self._history.post_message(HistoryPane.TrainingWanted(jobs, words))
        return words

    def _jobs(self, suggestion: "Suggestion") -> tuple[Job, ...]:
        """Return the trainings that a suggestion lacks and that are not queued yet."""
        groups = self._history.table.view.recorded
        return jobs_up_to(groups, suggestion.recipe, self._busy(suggestion), suggestion.repeats)

    def _busy(self, suggestion: "Suggestion") -> set[int]:
        jobs = self._training.activity.jobs
        return {job.seed for job in jobs if job.recipe == suggestion.recipe}

    def open_evidence(self, clue: "Clue", question: Question) -> None:
        """Show the experiments that a clue rests on: compared, with their curves; those of one, or its row."""
        from fmnist_tui.lab.clues import experiments_of

        groups = experiments_of(clue, question.spoken_of, question.known)
        if clue.rule == "confused-classes" and self._open_errors(groups[0]):
            return
        if len(groups) == 1:
            (group,) = groups
            groups = tuple(replace(group, runs=(run,)) for run in group.finished)
            if len(groups) < 2:
                self._go_to(group)
                return
        if groups:
            from fmnist_tui.tui.comparison.screen import ComparisonScreen

            self._history.app.push_screen(ComparisonScreen(groups, self._history.lettered, question.known))

    def _open_errors(self, group: Group) -> bool:
        from fmnist_tui.tui.confusion.screen import ErrorsScreen

        run = choices.examined_run(HistoryRow(group))
        if run is not None:
            folder = self._history.file.runs_folder
            self._history.app.push_screen(ErrorsScreen(run, folder, self._history.data))
        return run is not None

    def _go_to(self, group: Group) -> None:
        """Go to an experiment's row in the history; its curves are on the charts."""
        key = RowKey(group.name, group.recipe)
        if self._history.table.view.rows.place_of(key) is None:
            self._history.arrangement.filter(Filter(""))
        self._history.table.do(lambda view: gestures.move_to(view, key))
        self._enter("history")


def _runs(groups: tuple[Group, ...]) -> int:
    return sum(len(group.runs) for group in groups)


def _same(clue: "Clue", before: "Clue | None") -> bool:
    """Whether a clue is the one before, if with other numbers."""
    return before is not None and _identity(clue) == _identity(before)


def _identity(clue: "Clue") -> tuple[str, tuple[str, ...], Recipe | None]:
    return clue.rule, clue.about, clue.suggestion.recipe if clue.suggestion else None
