import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.app import App

from fmnist_tui.lab.settings.config_file import Settings, SettingsError, read_settings, settings_path


def save_choice(app: App[Any], save: Callable[[Path], None]) -> None:
    try:
        save(settings_path())
    except SettingsError as error:
        app.notify(f"{error}; your choice is kept until you quit", severity="warning", markup=False)


def apply_settings(app: App[Any], commands: Callable[[], frozenset[str]], columns: tuple[str, ...]) -> Settings | None:
    """Return the settings, None without a home folder.

    `commands` imports the keys of every screen, so it is called only if there is a file.
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
