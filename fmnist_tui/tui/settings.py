"""Save what the user chooses in the app to the settings file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.app import App

from fmnist_tui.lab.settings.config_file import SettingsError, settings_path


def save_choice(app: App[Any], save: Callable[[Path], None]) -> None:
    """Save a choice to the settings file; where that fails, show why."""
    try:
        save(settings_path())
    except SettingsError as error:
        app.notify(f"{error}; your choice is kept until you quit", severity="warning", markup=False)
