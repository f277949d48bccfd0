from dataclasses import replace

from fmnist_tui.lab.clues.clue import PLAYBOOK, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.clues.wording import listed
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import message, translated
from fmnist_tui.lab.parameters import spoken
from fmnist_tui.lab.records.recipe import Recipe


def several_changes(trained: Trained) -> Clue | None:
    """Say that the best differs from the pinned baseline, or from the only other experiment, in several things.

    The layers count as one thing, each hyperparameter as another.
    """
    if len(trained.groups) < 2:
        return None
    best = trained.ranked[0]
    pinned = next((group for group in trained.groups if group.plan and group.plan.baseline), None)
    other = pinned or (trained.groups[1 if trained.groups[0] is best else 0] if len(trained.groups) == 2 else None)
    if other is None or other is best:
        return None
    changed = _changes(other, best)
    if len(changed) < 2:
        return None
    names = trained.labels((best, other))
    first = trained.suggest(other, changed[0][1])
    return Clue(
        "several-changes",
        translated(
            "{best} differs from {other} in {count} things: {things}. A difference between them cannot be put down to "
            "one of these: change one thing at a time."
        ).format(
            best=trained.called(best),
            other=trained.called(other),
            count=len(changed),
            things=listed([translated(what) for what, _ in changed]),
        ),
        names,
        {"changes": [what for what, _ in changed], "count": len(changed)},
        "clear",
        f"{PLAYBOOK} (scientific, nuisance and fixed hyperparameters)",
        first,
        (Claim(tuple(sorted(names)), "changes", "several"),),
    )


def _changes(before: Group, after: Group) -> list[tuple[str, Recipe]]:
    """Return each difference with the recipe in which it alone is changed."""
    old, new = before.recipe, after.recipe
    changed = []
    if old.architecture != new.architecture:
        changed.append((message("layers"), replace(old, architecture=new.architecture)))
    now = new.training.as_record()
    for name, value in old.training.as_record().items():
        if now[name] != value:
            changed.append((spoken(name), replace(old, training=replace(old.training, **{name: now[name]}))))
    return changed
