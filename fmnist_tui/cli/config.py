import os

import typer

from fmnist_tui.cli.output import note, say_lines


def config() -> None:
    """Print all settings with their defaults, as the text of a settings file, which the first line names.

    What the file sets has no # before it. Mistakes in it are named on standard error, and the exit status is 2.
    """
    from fmnist_tui.lab.settings.config_file import Settings, SettingsError, settings_path
    from fmnist_tui.lab.settings.listing import settings_text
    from fmnist_tui.tui.default_settings import default_settings, read_all_settings

    try:
        path = settings_path()
    except SettingsError as error:
        defaults, settings, where = default_settings(), Settings(), str(error)
    else:
        defaults, settings = read_all_settings(path)
        # Path's raises where the folder may not be entered.
        where = f"in {path}" + ("" if os.path.exists(path) else ", which is not there yet")  # noqa: PTH110
    say_lines(settings_text(settings, defaults, where))
    for problem in settings.problems:
        note(problem)
    if settings.problems:
        raise typer.Exit(2)
