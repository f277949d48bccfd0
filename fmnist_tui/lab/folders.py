"""The user's folders on this machine.

A home folder that is unknown, relative or not a folder counts as missing; nothing is created in its place.
"""

import os
from pathlib import Path

PROGRAM = "fmnist-tui"


def home() -> Path | None:
    if not Path(os.environ.get("HOME", "/")).is_absolute():
        return None
    try:
        found = Path.home()
    except RuntimeError:  # no HOME and no entry for the user
        return None
    return found if _is_folder(found) else None


def cache_folder() -> Path | None:
    return _folder("user_cache_path", "XDG_CACHE_HOME")


def config_folder() -> Path | None:
    return _folder("user_config_path", "XDG_CONFIG_HOME")


def state_folder() -> Path | None:
    return _folder("user_state_path", "XDG_STATE_HOME")


def log_folder() -> Path | None:
    return _folder("user_log_path", "XDG_STATE_HOME")


def expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _folder(function: str, variable: str) -> Path | None:
    if home() is None and not Path(os.environ.get(variable, "")).is_absolute():
        return None
    import platformdirs

    path: Path = getattr(platformdirs, function)(PROGRAM)
    return path if path.is_absolute() else None


def _is_folder(path: Path) -> bool:
    # The end asks whether it may be entered; pathlib would leave it out, and raise where it may not.
    return os.path.isdir(f"{path}/.")  # noqa: PTH112
