from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run


def outcome(run: Run) -> str:
    """Return a run's status and its reason if known: `finished`, `failed: too large`, `stopped by hand …`."""
    reason, training = visible(run.reason or ""), run.recipe.training
    if run.status == "finished" and training.early_stopping and run.curves.epochs < training.epochs:
        early = f"finished early, after epoch {run.curves.epochs} of {training.epochs}"
        return f"{early}: {reason}" if reason else early
    if not reason:
        return run.status
    # Some reasons begin with the status; do not repeat it.
    return reason if reason.startswith(run.status) else f"{run.status}: {reason}"
