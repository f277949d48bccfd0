"""Answer bash, zsh and fish, which run the program with a variable set when Tab is pressed.

The scripts are typer's (`--show-completion`), and so is what they say and understand, but for three things: bash gets
names with blanks as it would have to read them, zsh evaluates what it is answered and gets nothing that it could take
for a command, and a file name is left to the shell.
"""

import os
import re
import shlex
from collections.abc import Sequence
from typing import Any

import typer
from typer._completion_classes import BashComplete, FishComplete, ZshComplete

from fmnist_tui.cli.opening import COMPLETION_VARIABLE
from fmnist_tui.lab.plain_text import visible

PROGRAM = "fmnist-tui"

_DANGEROUS = re.compile(r"[\\'\"`$!]")
_SPECIAL_IN_BASH = re.compile(r"[^\w@%+=:,./~-]")


def answers(request: str) -> bool:
    return request in _SHELLS


def answer(request: str) -> int:
    """Print the completions that a shell asks for, nothing where that fails, and return the exit status."""
    from fmnist_tui.cli.commands import app

    try:
        shell = _SHELLS[request](typer.main.get_command(app), {}, PROGRAM, COMPLETION_VARIABLE)
        if found := shell.complete():
            print(found)  # noqa: T201
    except SystemExit as leaving:  # typer answers fish by a status too
        return int(leaving.code or 0)
    except Exception:  # a traceback would stand in the command line that is being typed
        return 1
    return 0


def _offered(items: Sequence[Any]) -> list[Any]:
    """Leave out names that are not safe to insert into a command line, and file names, which shells find themselves."""
    return [
        item
        for item in items
        if item.type == "plain" and visible(item.value, 1000) == item.value and not _DANGEROUS.search(item.value)
    ]


def _meaning(item: Any) -> str:
    return _DANGEROUS.sub("", visible(item.help or ""))


class _Bash(BashComplete):
    def get_completions(self, args: list[str], incomplete: str) -> list[Any]:
        return _offered(super().get_completions(args, incomplete))

    def get_completion_args(self) -> tuple[list[str], str]:
        at = int(os.environ["COMP_CWORD"])
        words = [*os.environ["COMP_WORDS"].split("\n"), ""][: at + 1]
        self._quoted = words[-1][:1] in ("'", '"')
        joined: list[str] = []
        for word, before in zip(words[1:], words, strict=False):  # bash takes words apart at = and :
            if joined and (word in ("=", ":") or before in ("=", ":")):
                joined[-1] += word
            else:
                joined.append(word)
        *args, incomplete = (_unquoted(word) for word in joined)
        self._before = incomplete[: incomplete.rfind(":") + 1] if not self._quoted else ""
        return args, incomplete

    def format_completion(self, item: Any) -> str:
        value: str = item.value
        return value if self._quoted else _SPECIAL_IN_BASH.sub(r"\\\g<0>", value.removeprefix(self._before))


class _Zsh(ZshComplete):
    def get_completions(self, args: list[str], incomplete: str) -> list[Any]:
        return _offered(super().get_completions(args, incomplete))

    def format_completion(self, item: Any) -> str:
        value, meaning = (text.replace(":", r"\\:") for text in (item.value, _meaning(item)))
        return f'"{value}":"{meaning}"' if meaning else f'"{value}"'


class _Fish(FishComplete):
    def get_completions(self, args: list[str], incomplete: str) -> list[Any]:
        return _offered(super().get_completions(args, incomplete))

    def format_completion(self, item: Any) -> str:
        meaning = _meaning(item)
        return f"{item.value}\t{meaning}" if meaning else str(item.value)


_SHELLS: dict[str, type[BashComplete | ZshComplete | FishComplete]] = {
    "complete_bash": _Bash,
    "complete_zsh": _Zsh,
    "complete_fish": _Fish,
}


def _unquoted(word: str) -> str:
    """Return a word without the shell's quotes; of an unfinished one, what stands behind the quote."""
    lexer = shlex.shlex(word, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return " ".join(lexer)
    except ValueError:
        return lexer.token
