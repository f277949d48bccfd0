from pathlib import Path

from textual.constants import DEFAULT_THEME
from textual.theme import BUILTIN_THEMES

from fmnist_tui.lab.language.choice import locale_language
from fmnist_tui.lab.settings.config_file import Settings, read_settings
from fmnist_tui.lab.settings.listing import DefaultKeys, Defaults
from fmnist_tui.tui.global_keys import GLOBAL_KEYS
from fmnist_tui.tui.history.columns import CHOOSABLE, DEFAULT_COLUMNS
from fmnist_tui.tui.palette import places

THEMES = frozenset(BUILTIN_THEMES)


def default_settings() -> Defaults:
    """Return what applies where the settings file says nothing; imports every screen."""
    keys = {id: DefaultKeys(id, key.keys, key.meaning) for id, key in GLOBAL_KEYS.items()}
    for place in places():
        for binding in place.bindings:
            if binding.id and binding.id not in keys:
                keys[binding.id] = DefaultKeys(binding.id, binding.key, binding.tooltip or binding.description)
    return Defaults(DEFAULT_THEME, locale_language(), tuple(keys.values()), DEFAULT_COLUMNS)


def read_all_settings(path: Path) -> tuple[Defaults, Settings]:
    """Return the defaults and what a file sets, with all its mistakes."""
    defaults = default_settings()
    commands = {each.command for each in defaults.keys}
    return defaults, read_settings(path, commands=commands, themes=THEMES, columns=CHOOSABLE)
