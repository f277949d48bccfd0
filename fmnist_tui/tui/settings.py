"""Apply the settings file to the app, and save to it what the user chooses there."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.app import App

from fmnist_tui.lab.settings.config_file import Settings, SettingsError, read_settings, settings_path


def save_choice(app: App[Any], save: Callable[[Path], None]) -> None:
    """Save a choice to the settings file; where that fails, show why."""
    try:
        save(settings_path())
    except SettingsError as error:
        app.notify(f"{error}; your choice is kept until you quit", severity="warning", markup=False)


def apply_settings(app: App[Any], commands: Callable[[], frozenset[str]], columns: tuple[str, ...]) -> Settings | None:
    """Apply the user's keys and theme to the app; return the settings, None without a home folder.

    Args:
        app: the app, before its first screen.
        commands: returns the ids of the commands whose keys the file may name; called only where there is a file.
        columns: the history's columns that it may name.
    """
    try:
        path = settings_path()
    except SettingsError:
        return None
    # Path's raises where the folder may not be entered.
    known = commands() if os.path.exists(path) else frozenset[str]()  # noqa: PTH110
    settings = read_settings(path, commands=known, themes=app.available_themes, columns=columns)
    app.set_keymap(dict(settings.keys))
    if settings.theme:
        app.theme = settings.theme
    return settings
