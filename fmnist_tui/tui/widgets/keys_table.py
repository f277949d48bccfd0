"""The table of active keys for the help."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text
from textual.app import App
from textual.binding import ActiveBinding


def keys_table(app: App[None], bindings: Iterable[ActiveBinding]) -> Table:
    """Return the keys, what they do and their command ids.

    Keys without an id, which every list and screen has, come last.
    """
    rows: dict[str, tuple[list[str], str, str]] = {}
    for active in bindings:
        binding = active.binding
        if binding.description:
            words = binding.tooltip or binding.description
            keys, _, _ = rows.setdefault(binding.action, ([], words, binding.id or ""))
            keys.append(app.get_key_display(binding) if not binding.key_display else binding.key_display)
    table = Table.grid(padding=(0, 2))
    for keys, words, command in sorted(rows.values(), key=lambda row: not row[2]):
        table.add_row(Text(" ".join(dict.fromkeys(keys)), "bold"), Text(words), Text(command, "dim"))
    return table
