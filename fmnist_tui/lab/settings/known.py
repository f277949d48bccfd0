from typing import NamedTuple


class Setting(NamedTuple):
    table: str
    """Empty for the top of the file."""
    key: str
    """Empty where each line of the table has a key of its own."""
    meaning: str
    """One line, shorter than 78 columns."""


THEME = Setting("", "theme", 'colours of the app; `:` and "theme" lists them')
AUTHOR = Setting("", "author", "whom reports name as their author")
LANGUAGE = Setting("", "language", 'language of reports, "en" or "es"; unless given, that of the locale')
KEYS = Setting("keys", "", "keys of the app's commands; several are separated by commas")
COLUMNS = Setting("history", "columns", "columns of the history after the name; `list --help` says what they show")
KEEP_WEIGHTS = Setting("training", "keep_weights", "whether runs keep their trained weights in runs/ID/")

SETTINGS = (THEME, AUTHOR, LANGUAGE, KEYS, COLUMNS, KEEP_WEIGHTS)
"""In the order of the file."""

TOP = tuple(dict.fromkeys(setting.table or setting.key for setting in SETTINGS))


def keys_of(table: str) -> tuple[str, ...]:
    return tuple(setting.key for setting in SETTINGS if setting.table == table)
