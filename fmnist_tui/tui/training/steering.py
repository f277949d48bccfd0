"""The key hints in the training pane's border."""

from collections.abc import Sequence

from fmnist_tui.tui.training.watched import Watched


def keys_in_border(watched: Sequence[Watched]) -> str:
    """Return the keys that work on the running trainings: `p pauses · s stops`; empty without one."""
    controls = [item.training.control for item in watched if item.training]
    keys = []
    if any(control.paused for control in controls):
        keys.append("p resumes")
    elif any(not control.stopping for control in controls):
        keys.append("p pauses")
    if watched:
        keys.append("s stops")
    if len(watched) > 1:
        keys.append("w shows the next")
    return " · ".join(keys)
