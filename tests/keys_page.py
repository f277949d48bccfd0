"""Write docs/keys.md, the table of all keys, from the key bindings: `python tests/keys_page.py`."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from textual.binding import Binding

from fmnist_tui.tui.keys import GLOBAL_KEYS, GlobalKey, key_name
from fmnist_tui.tui.palette import places

PAGE = Path(__file__).parents[1] / "docs" / "keys.md"

INTRODUCTION = """\
# Keys

Made from the key bindings by `python tests/keys_page.py`; a test compares them. One key has one meaning in every pane
and screen where it is bound. The command in the last column is what `config.toml` gives another key to:

```toml
[keys]
"delete" = "backspace"
```

A command without a dot in its name is the same everywhere, and so is its key. While a value, a filter or a note is
typed, letters and digits are its text; in a dialog they answer its question.
"""


def key_names(keys: str) -> str:
    """Return comma-separated keys as a reader knows them, each in backticks."""
    names = dict.fromkeys(map(key_name, keys.split(",")))
    return " ".join(f"`{name}`" for name in names).replace("|", r"\|")


def page() -> str:
    """Return the page: the global keys first, then those of each pane and screen."""
    parts = [INTRODUCTION, "## Everywhere\n", *_table(_global_rows())]
    for place in places():
        parts += [f"\n## {place.heading}\n", *_table(_own_rows(place.bindings))]
    return "\n".join(parts) + "\n"


def _global_rows() -> Iterator[tuple[str, str, str]]:
    for id, key in GLOBAL_KEYS.items():
        yield key_names(key.keys), key.meaning, id


def _own_rows(bindings: Iterable[Binding]) -> Iterator[tuple[str, str, str]]:
    for binding in bindings:
        if not _said_above(binding, GLOBAL_KEYS.get(binding.id or "")):
            yield key_names(binding.key), binding.tooltip, binding.id or ""


def _said_above(binding: Binding, key: GlobalKey | None) -> bool:
    return key is not None and binding.tooltip == key.meaning


def _table(rows: Iterable[tuple[str, str, str]]) -> list[str]:
    lines = (f"| {keys} | {meaning} | `{id}` |" for keys, meaning, id in rows)
    return ["| keys | meaning | command |", "|---|---|---|", *lines]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
