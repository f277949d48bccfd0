from pathlib import Path

from textual.binding import Binding
from textual.constants import DEFAULT_THEME
from textual.theme import BUILTIN_THEMES

from fmnist_tui.lab.language.choice import locale_language
from fmnist_tui.lab.settings.config_file import Settings, read_settings
from fmnist_tui.lab.settings.listing import DefaultKeys, Defaults
from fmnist_tui.tui.confusion.keys import ERRORS_KEYS
from fmnist_tui.tui.editor import keys as editor
from fmnist_tui.tui.global_keys import GLOBAL_KEYS
from fmnist_tui.tui.history import keys as history
from fmnist_tui.tui.history.columns import CHOOSABLE, DEFAULT_COLUMNS
from fmnist_tui.tui.images.keys import DATA_KEYS
from fmnist_tui.tui.training import keys as training
from fmnist_tui.tui.units.keys import UNITS_KEYS

THEMES = frozenset(BUILTIN_THEMES)

_OWN_KEYS = (
    *editor.TABLE_KEYS,
    *editor.PANE_KEYS,
    *training.PANE_KEYS,
    *history.TABLE_KEYS,
    *history.PANE_KEYS,
    *ERRORS_KEYS,
    *DATA_KEYS,
    *UNITS_KEYS,
)
"""Of the panes and screens that have keys besides the global ones, without importing the screens."""


def default_settings() -> Defaults:
    """Return what applies where the settings file says nothing."""
    keys = {id: DefaultKeys(id, key.keys, key.meaning) for id, key in GLOBAL_KEYS.items()}
    for binding in _OWN_KEYS:
        if isinstance(binding, Binding) and binding.id and binding.id not in keys:
            keys[binding.id] = DefaultKeys(binding.id, binding.key, binding.tooltip or binding.description)
    return Defaults(DEFAULT_THEME, locale_language(), tuple(keys.values()), DEFAULT_COLUMNS)


def command_ids() -> frozenset[str]:
    return frozenset(each.command for each in default_settings().keys)


def read_all_settings(path: Path) -> tuple[Defaults, Settings]:
    """Return the defaults and what a file sets, with all its mistakes."""
    settings = read_settings(path, commands=command_ids(), themes=THEMES, columns=CHOOSABLE)
    return default_settings(), settings
