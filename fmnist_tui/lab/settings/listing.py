"""All settings as the text of a settings file: what is set, and behind a # what applies unless it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.settings.config_file import Settings
from fmnist_tui.lab.settings.known import AUTHOR, COLUMNS, KEEP_WEIGHTS, KEYS, LANGUAGE, THEME, Setting
from fmnist_tui.lab.toml.writing import value_text


@dataclass(frozen=True, slots=True)
class DefaultKeys:
    command: str
    keys: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Defaults:
    theme: str
    language: str
    keys: Sequence[DefaultKeys]
    columns: Sequence[str]


def settings_text(settings: Settings, defaults: Defaults, where: str) -> str:
    """Return TOML that reads back to the same settings; `where` says in which file they are."""
    lines = (
        f"# Settings of fmnist-tui, {visible(where, 1000)}",
        "# A line behind # shows a default: to set it, remove the # and change the value.",
        "",
        *_lines(settings, defaults),
    )
    return "\n".join(lines) + "\n"


def _lines(settings: Settings, defaults: Defaults) -> Iterator[str]:
    yield from _described(THEME, settings.theme, defaults.theme)
    yield from _described(AUTHOR, settings.author or None, "")
    yield from _described(LANGUAGE, settings.language, defaults.language)
    yield from ("", f"[{KEYS.table}]", f"# {KEYS.meaning}")
    written = [
        (_line(value_text(each.command), settings.keys.get(each.command), each.keys), each.meaning)
        for each in defaults.keys
    ]
    width = max((len(line) for line, _ in written), default=0)
    yield from (f"{line:<{width}}  # {meaning}" for line, meaning in written)
    yield from ("", f"[{COLUMNS.table}]")
    columns = None if settings.columns is None else [*settings.columns]
    yield from _described(COLUMNS, columns, [*defaults.columns])
    yield from ("", f"[{KEEP_WEIGHTS.table}]")
    yield from _described(KEEP_WEIGHTS, None if settings.keep_weights else False, True)


def _described(setting: Setting, value: Any, default: Any) -> Iterator[str]:
    yield f"# {setting.meaning}"
    yield _line(setting.key, value, default)


def _line(key: str, value: Any, default: Any) -> str:
    if value is None or value == default:
        return f"#{key} = {value_text(default)}"
    return f"{key} = {value_text(value)}"
