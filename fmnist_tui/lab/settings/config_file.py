"""The settings file in the platform's config folder; `known.py` has the settings, `fmnist-tui config` prints them.

It is read with rtoml, which is loaded anyway, and changed with tomlkit, which leaves the rest as the user wrote it.
"""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rtoml

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.fields.registry import find_field
from fmnist_tui.lab.folders import config_folder
from fmnist_tui.lab.language.catalogue import LANGUAGES, Language
from fmnist_tui.lab.notebook import durable
from fmnist_tui.lab.plain_text import line_end, visible
from fmnist_tui.lab.runs.files import RunFolderError, read_regular, spoken
from fmnist_tui.lab.settings.known import TOP, keys_of
from fmnist_tui.lab.toml.record_table import described

MOST_BYTES = 1024**2

_MARK = "\ufeff"
"""The byte order mark that some editors write."""


class SettingsError(UserError):
    pass


@dataclass(frozen=True, slots=True)
class Settings:
    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    """By command id; several are separated by commas."""
    columns: tuple[str, ...] | None = None
    """Field keys of the history's columns after the name; None for the default."""
    author: str = ""
    """Who a report names as its author, unless told otherwise."""
    language: Language | None = None
    """The language of reports; None for that of the locale."""
    keep_weights: bool = True
    """Whether runs keep their trained weights."""
    problems: tuple[str, ...] = ()
    """One line per mistake; the other settings are still used."""


def settings_path() -> Path:
    if (folder := config_folder()) is None:
        raise SettingsError("there is no home folder to keep settings in")
    return folder / "config.toml"


def read_settings(
    path: Path, *, commands: Collection[str], themes: Collection[str], columns: Collection[str] = ()
) -> Settings:
    """Return the settings in a file; mistakes are reported in `problems`, a missing file has no settings."""
    try:
        document = rtoml.loads(_text(path))
    except (RunFolderError, UnicodeDecodeError, rtoml.TomlParsingError) as error:
        return Settings(problems=(f"{path} is not used: {' '.join(str(error).split())}",))
    problems: list[str] = []
    theme = _theme(document.get("theme"), themes, problems)
    keys = _keys(document.get("keys", {}), commands, problems)
    shown = _columns(document.get("history", {}), columns, problems)
    author = _author(document.get("author", ""), problems)
    language = _report_language(document.get("language"), problems)
    kept = _keep_weights(document.get("training", {}), problems)
    problems += _unknown(document)
    said = tuple(f"{path.name}: {problem}" for problem in problems)
    return Settings(theme, keys, shown, author, language, kept, said)


def read_report_settings() -> Settings:
    """Return what the settings file says of reports; nothing where there is none, or where it cannot be read."""
    try:
        return read_settings(settings_path(), commands=(), themes=())
    except SettingsError:
        return Settings()


def keeps_weights() -> tuple[bool, str | None]:
    """Return whether runs keep their trained weights, and the mistake in that setting if there is one."""
    problems: list[str] = []
    try:
        path = settings_path()
        training = rtoml.loads(_text(path)).get("training", {})
    except SettingsError:
        return True, None
    except (RunFolderError, UnicodeDecodeError, rtoml.TomlParsingError) as error:
        return True, f"{path} is not used: {' '.join(str(error).split())}"
    kept = _keep_weights(training, problems)
    return kept, f"{path.name}: {problems[0]}" if problems else None


def save_theme(path: Path, theme: str) -> None:
    _save(path, "the theme", (), "theme", theme)


def save_columns(path: Path, columns: Sequence[str]) -> None:
    _save(path, "the columns", ("history",), "columns", [*columns])


def _save(path: Path, what: str, tables: tuple[str, ...], key: str, value: str | list[str]) -> None:
    failed = f"{spoken(path)}: {what} could not be saved"
    try:
        text = _text(path)
        changed = _with_value(text, tables, key, value)
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.replace(path, changed.encode("utf-8"), unless=lambda: _text(path) != text)
    except RunFolderError as error:
        raise SettingsError(f"{what} could not be saved: {error}") from None
    except durable.FileChanged:
        raise SettingsError(f"{failed}: another program changed the file; choose again") from None
    except OSError as error:
        raise SettingsError(f"{failed}: {error.strerror or error}") from None
    except ValueError as error:
        why = " ".join(str(error).split())
        raise SettingsError(f"{failed}: {why}; correct the file or remove it, and choose again") from None


def _text(path: Path) -> str:
    return (read_regular(path, MOST_BYTES, links="all") or b"").decode("utf-8")


def _with_value(text: str, tables: tuple[str, ...], key: str, value: str | list[str]) -> str:
    """Return the new text; ValueError if it cannot be changed safely."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    wanted = rtoml.loads(text)
    table = wanted
    for name in tables:
        table = table.setdefault(name, {})
        if not isinstance(table, dict):
            raise ValueError(f"{name} must be a table: [{name}]")
    table[key] = value
    mark = _MARK if text.startswith(_MARK) else ""  # which tomlkit does not read
    own = text.removeprefix(_MARK)
    end = line_end(own)
    try:
        document: Any = tomlkit.parse(own if own.endswith("\n") or not own else own + end)
        place = document
        for name in tables:
            place = place.setdefault(name, tomlkit.table())
        place[key] = value
        changed = mark + tomlkit.dumps(document)
    except TOMLKitError as error:
        raise ValueError(str(error)) from None
    if end == "\r\n" and "\n" not in own.replace(end, ""):
        changed = changed.replace(end, "\n").replace("\n", end)  # tomlkit ends the lines it adds in \n
    if rtoml.loads(changed) != wanted:
        raise ValueError("tomlkit changed more than this setting")
    return changed


def _unknown(document: Mapping[str, Any]) -> Iterator[str]:
    there = [name if name in keys_of("") else f"[{name}]" for name in TOP]
    for key in sorted(document.keys() - set(TOP)):
        yield f"{visible(key)} is no setting; there are {', '.join(there[:-1])} and {there[-1]}"
    for table in TOP:
        known = [key for key in keys_of(table) if key]
        if known and isinstance(held := document.get(table), dict):
            for key in sorted(held.keys() - set(known)):
                yield f"[{table}] {visible(key)} is no setting; there is {', '.join(known)}"


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


def _keep_weights(training: Any, problems: list[str]) -> bool:
    keep = training.get("keep_weights", True) if isinstance(training, dict) else None
    if not isinstance(keep, bool):
        problems.append("[training] may hold keep_weights = false, or true; the weights are kept")
        return True
    return keep


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


def _author(author: Any, problems: list[str]) -> str:
    if isinstance(author, str):
        return author
    problems.append(f"the author must be text, not {_quoted(author)}")
    return ""


def _report_language(language: Any, problems: list[str]) -> Language | None:
    for known in LANGUAGES:
        if language == known:
            return known
    if language is not None:
        problems.append(f"no language {_quoted(language)}; reports are written in {' or '.join(LANGUAGES)}")
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
