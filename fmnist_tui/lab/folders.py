"""A person's own folders on this machine, where there are any.

A home that is unknown, named by a relative path, or no folder counts as none: nothing is looked for there, and nothing
is made in its place.
"""

import os
from pathlib import Path

PROGRAM = "fmnist-tui"


def home() -> Path | None:
    """Return the home folder."""
    if not Path(os.environ.get("HOME", "/")).is_absolute():
        return None
    try:
        found = Path.home()
    except RuntimeError:  # neither HOME nor an entry for the user
        return None
    return found if _is_folder(found) else None


def cache_folder() -> Path | None:
    """Return the folder for what can be had again; it need not be there."""
    return _folder("user_cache_path", "XDG_CACHE_HOME")


def config_folder() -> Path | None:
    """Return the folder for settings; it need not be there."""
    return _folder("user_config_path", "XDG_CONFIG_HOME")


def log_folder() -> Path | None:
    """Return the folder for logs; it need not be there."""
    return _folder("user_log_path", "XDG_STATE_HOME")


def expanded(path: Path) -> Path:
    """Return a path with the home in the place of a leading `~`, or as it is where that home is unknown."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _folder(function: str, variable: str) -> Path | None:
    """Return a folder that a function of platformdirs finds, unless it would lie in a home that is none."""
    if home() is None and not Path(os.environ.get(variable, "")).is_absolute():
        return None
    import platformdirs

    path: Path = getattr(platformdirs, function)(PROGRAM)
    return path if path.is_absolute() else None


def _is_folder(path: Path) -> bool:
    # The end asks whether it may be entered; pathlib would leave it out, and raise where it may not.
    return os.path.isdir(f"{path}/.")  # noqa: PTH112
