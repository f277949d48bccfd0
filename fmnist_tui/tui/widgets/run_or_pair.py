from typing import Any, Protocol

from textual.app import App

from fmnist_tui.lab.experiments.jobs import seed_name
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.widgets.dialogs import QuestionDialog


class ShowRuns(Protocol):
    """Show a run, or both of a pair."""

    def __call__(self, first: Run, second: Run | None = None, /) -> object: ...


def ask_run_or_pair(
    app: App[Any],
    title: str,
    run: Run | None,
    pair: tuple[Run, Run] | None,
    *,
    of_run: tuple[str, str],
    of_pair: tuple[str, str],
    show: ShowRuns,
) -> None:
    """Show the run under the cursor or the two marked ones, as a person says where both could be meant.

    Args:
        app: the app.
        title: of the question.
        run: the run under the cursor, if there is one.
        pair: the marked runs, if there are two.
        of_run: the letter of that answer and its words, with `{}` for the run's name.
        of_pair: the same, with `{}` for each name.
        show: called with the run, or with both of the pair.
    """

    def show_answer(letter: str | None) -> None:
        if letter == of_pair[0] and pair is not None:
            show(*pair)
        elif letter == of_run[0] and run is not None:
            show(run)

    if run is not None and pair is not None:
        answers = {
            letter: words.format(*map(seed_name, runs)) for (letter, words), runs in ((of_run, (run,)), (of_pair, pair))
        }
        app.push_screen(QuestionDialog(title, "Two rows are marked.", answers), show_answer)
    else:
        show_answer(of_pair[0] if pair else of_run[0])
