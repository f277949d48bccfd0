from dataclasses import replace
from typing import Any

from fmnist_tui.lab.clues.clue import PLAYBOOK, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.clues.wording import listed
from fmnist_tui.lab.language.catalogue import message, plural_message, translated, translated_plural
from fmnist_tui.lab.plain_text import visible

_FAILED = plural_message(
    "{failed:,} of {runs} failed, and {networks} has no finished run.",
    "{failed:,} of {runs} failed, and {networks} have no finished run.",
)
_FAILED_BECAUSE = plural_message(
    "{failed:,} of {runs} failed, and {networks} has no finished run ({reason}).",
    "{failed:,} of {runs} failed, and {networks} have no finished run ({reason}).",
)
_DIVERGED = message("A loss that is not finite comes from steps that are too large: lower the learning rate.")
_REASON = message("The reason stands with the run; `show` prints it.")
_ENDED = {
    "stopped": plural_message("{n} stopped", "{n} stopped"),
    "interrupted": plural_message("{n} interrupted", "{n} interrupted"),
}


def failed_runs(trained: Trained) -> Clue | None:
    unfinished = [group for group in trained.all_groups if not group.finished]
    failed = [group for group in unfinished if any(_failed(run.status) for run in group.runs)]
    if not failed:
        return None
    worst = max(failed, key=lambda group: sum(_failed(run.status) for run in group.runs))
    runs = [run for group in failed for run in group.runs if _failed(run.status)]
    reason = next((run.reason for run in worst.runs if run.reason and _failed(run.status)), None)
    diverged = reason is not None and "loss became" in reason
    training = worst.recipe.training
    slower = replace(worst.recipe, training=replace(training, learning_rate=max(1e-7, training.learning_rate / 10)))
    total = sum(len(group.runs) for group in trained.all_groups)
    names = trained.labels(failed)
    places: dict[str, Any] = {
        "failed": len(runs),
        "runs": translated_plural("{n:,} run", "{n:,} runs", total),
        "networks": listed(tuple(map(trained.called, failed))),
        "reason": visible(reason or "", 80),
    }
    said = translated_plural(*(_FAILED_BECAUSE if reason else _FAILED), len(failed), **places)
    advice = translated(_DIVERGED if diverged else _REASON)
    return Clue(
        "failed-runs",
        f"{said} {advice}",
        names,
        {"failed": len(runs), "runs": total, "reason": reason},
        "clear",
        f"{PLAYBOOK} (infeasible trials)",
        trained.suggest(worst, slower) if diverged else None,
        (Claim(names, "failed", "failed"),),
    )


def _failed(status: str) -> bool:
    return status == "failed"


def nothing_finished(trained: Trained) -> Clue | None:
    begun = [group for group in trained.all_groups if group.runs]
    if not begun or any(group.finished for group in begun):
        return None
    states = [run.status for group in begun for run in group.runs if not _failed(run.status)]
    if not states:
        return None
    group = next(group for group in reversed(begun) if any(not _failed(run.status) for run in group.runs))
    parts = [translated_plural(*forms, states.count(state)) for state, forms in _ENDED.items() if state in states]
    names = trained.labels(begun)
    return Clue(
        "nothing-finished",
        translated(
            "No run is finished yet ({runs}), and a network that was stopped early cannot be compared with one that "
            "was not. Let one run train to its last epoch."
        ).format(runs=listed(parts)),
        names,
        {"stopped": states.count("stopped"), "interrupted": states.count("interrupted"), "finished": 0},
        "clear",
        f"{PLAYBOOK} (deciding the number of steps for each training run)",
        trained.suggest(group, group.recipe),
        (Claim(names, "finished", "none"),),
    )
