"""A person's own settings: keys and theme, from a file in the platform's config folder.

theme = "ansi-light"

[keys]
"editor.add" = "a,insert"
"""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rtoml
from platformdirs import user_config_path

from fmnist_tui.lab.plain_text import visible


@dataclass(frozen=True, slots=True)
class Settings:
    """What the file says, and what in it could not be used."""

    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys by the id of their command, several parted by commas."""
    problems: tuple[str, ...] = ()
    """A line for each thing that is wrong; the rest is used all the same."""


def settings_path() -> Path:
    """Return where the file is looked for; it need not be there."""
    return user_config_path("fmnist-tui") / "config.toml"


def read_settings(path: Path, *, commands: Collection[str], themes: Collection[str]) -> Settings:
    """Return the settings in a file; one that is not there says nothing, a broken one is a problem, not an error.

    Args:
        path: the file.
        commands: the ids that keys can be given to.
        themes: the themes there are.
    """
    try:
        document = rtoml.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, rtoml.TomlParsingError) as error:
        return Settings(problems=(f"{path} is not used: {' '.join(str(error).split())}",))
    problems: list[str] = []
    theme = _theme(document.get("theme"), themes, problems)
    keys = _keys(document.get("keys", {}), commands, problems)
    problems += [
        f"{visible(key)} is no setting; there are theme and [keys]" for key in document.keys() - {"theme", "keys"}
    ]
    return Settings(theme, keys, tuple(f"{path.name}: {problem}" for problem in problems))


def _theme(theme: Any, themes: Collection[str], problems: list[str]) -> str | None:
    if theme is None or theme in themes:
        return theme if isinstance(theme, str) else None
    problems.append(f"no theme {visible(repr(theme))}; there are {', '.join(sorted(themes))}")
    return None


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
