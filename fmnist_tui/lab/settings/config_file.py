"""The settings file in the platform's config folder: keys, theme and history columns.

theme = "ansi-light"

[keys]
"editor.add" = "a,insert"

[history]
columns = ["n", "acc", "note"]      # written by the app
"""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rtoml

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.fields.registry import find_field
from fmnist_tui.lab.folders import config_folder
from fmnist_tui.lab.notebook import durable
from fmnist_tui.lab.plain_text import line_end, visible
from fmnist_tui.lab.runs.files import RunFolderError, read_regular
from fmnist_tui.lab.toml.tables import described

MOST_BYTES = 1024**2

_HISTORY = re.compile(r"^[ \t]*\[[ \t]*history[ \t]*\][^\n]*\n?", re.MULTILINE)
_COLUMNS = re.compile(r"^[ \t]*columns[ \t]*=[^\n]*\n?", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


class SettingsError(UserError):
    """Settings that cannot be saved."""


@dataclass(frozen=True, slots=True)
class Settings:
    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    """By command id; several are separated by commas."""
    columns: tuple[str, ...] | None = None
    """Field keys of the history's columns after the name; None for the default."""
    problems: tuple[str, ...] = ()
    """One line per mistake; the other settings are still used."""


def settings_path() -> Path:
    """Return the path of the file, which need not exist; SettingsError without a home folder."""
    if (folder := config_folder()) is None:
        raise SettingsError("there is no home folder to keep settings in")
    return folder / "config.toml"


def read_settings(
    path: Path, *, commands: Collection[str], themes: Collection[str], columns: Collection[str] = ()
) -> Settings:
    """Return the settings in a file; a broken one is reported in `problems`.

    Args:
        path: the file; a missing one has no settings.
        commands: the command ids that can have keys.
        themes: the available themes.
        columns: the available history columns.
    """
    try:
        document = rtoml.loads(_text(path))
    except (RunFolderError, UnicodeDecodeError, rtoml.TomlParsingError) as error:
        return Settings(problems=(f"{path} is not used: {' '.join(str(error).split())}",))
    problems: list[str] = []
    theme = _theme(document.get("theme"), themes, problems)
    keys = _keys(document.get("keys", {}), commands, problems)
    shown = _columns(document.get("history", {}), columns, problems)
    known = {"theme", "keys", "history"}
    problems += [
        f"{visible(key)} is no setting; there are theme, [keys] and [history]" for key in document.keys() - known
    ]
    return Settings(theme, keys, shown, tuple(f"{path.name}: {problem}" for problem in problems))


def save_columns(path: Path, columns: Sequence[str]) -> None:
    """Write the history's columns into the settings file and leave the rest byte for byte.

    Raises:
        SettingsError: the file cannot be written or safely edited.
    """
    try:
        changed = with_columns(_text(path), columns)
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.replace(path, changed.encode("utf-8"))
    except RunFolderError as error:
        raise SettingsError(f"the columns could not be saved: {error}") from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its [history] can only be edited by hand"
        raise SettingsError(f"{path}: the columns could not be saved: {why}") from None


def _text(path: Path) -> str:
    return (read_regular(path, MOST_BYTES, links="all") or b"").decode("utf-8")


def with_columns(text: str, columns: Sequence[str]) -> str:
    """Return the text of the settings with other columns; ValueError where it cannot be edited safely."""
    listed = ", ".join(f'"{column}"' for column in columns)
    end_of_line = line_end(text)
    line = f"columns = [{listed}]{end_of_line}"
    wanted = rtoml.loads(text)
    if not isinstance(wanted.setdefault("history", {}), dict):
        raise ValueError("history is no table")
    wanted["history"]["columns"] = [*columns]
    header = _HISTORY.search(text)
    if header is None:
        lead = end_of_line * (bool(text) + (bool(text) and not text.endswith("\n")))
        changed = f"{text}{lead}[history]{end_of_line}{line}"
    else:
        end = _TABLE.search(text, header.end())
        old = _COLUMNS.search(text, header.end(), end.start() if end else len(text))
        start, stop = (old.start(), old.end()) if old else (header.end(), header.end())
        lead = "" if text[:start].endswith("\n") else end_of_line
        changed = text[:start] + lead + line + text[stop:]
    if rtoml.loads(changed) != wanted:
        raise ValueError("it came out otherwise than it was meant")
    return changed


def _columns(history: Any, columns: Collection[str], problems: list[str]) -> tuple[str, ...] | None:
    chosen = history.get("columns") if isinstance(history, dict) else None
    if not isinstance(history, dict) or not (chosen is None or isinstance(chosen, list)):
        problems.append('[history] must hold a list of columns, such as columns = ["n", "acc"]')
        return None
    chosen = chosen and [_key_of(column) for column in chosen]
    unknown = [column for column in chosen or () if column not in columns]
    if unknown:
        near = difflib.get_close_matches(str(unknown[0]), columns, n=3)
        words = f"near it: {', '.join(near)}" if near else f"there are {', '.join(columns)}"
        problems.append(f"no column {_quoted(unknown[0])}; {words}")
    if chosen is None:
        return None
    return tuple(dict.fromkeys(column for column in chosen if isinstance(column, str) and column in columns))


def _key_of(column: Any) -> Any:
    found = find_field(column) if isinstance(column, str) else None
    return found.key if found else column


def _theme(theme: Any, themes: Collection[str], problems: list[str]) -> str | None:
    if theme is None or theme in themes:
        return theme if isinstance(theme, str) else None
    near = difflib.get_close_matches(str(theme), themes, n=3, cutoff=0.4)
    where = f"near it: {', '.join(near)}" if near else '`:` and "theme" lists them'
    problems.append(f"no theme {_quoted(theme)}; {where}")
    return None


def _quoted(value: Any) -> str:
    return visible(repr(value)) if isinstance(value, str) else described(value)


def _keys(keys: Any, commands: Collection[str], problems: list[str]) -> dict[str, str]:
    if not isinstance(keys, dict):
        problems.append('keys must be a table: [keys], then lines such as "editor.add" = "a"')
        return {}
    used = {}
    for command, key in keys.items():
        if command not in commands:
            near = difflib.get_close_matches(command, commands, n=1)
            problems.append(f"no command {visible(command)!r}" + (f"; near it: {near[0]}" if near else ""))
        elif not isinstance(key, str) or not key.strip():
            problems.append(f"the key of {command} must be text, such as 'a' or 'ctrl+t'")
        else:
            used[command] = key
    return used
