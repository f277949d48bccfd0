"""Text from a notebook as Markdown that shows its own characters and does nothing else."""

import re

from fmnist_tui.lab.plain_text import visible

LONGEST = 2_000
"""Characters of a text that a report keeps."""

_ACTIVE = re.compile(r"[\\`*_{}\[\]#|~^$]")
"""What Markdown, its tables and its formulas act upon anywhere in a line."""
_LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)
"""What GitHub's Markdown makes a link of without being asked."""
_BLOCK = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+=:]))")
"""What makes a list, an underline or a definition of a line that begins with it."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape(text: str) -> str:
    r"""Return a text as inline Markdown, for the start of a line, its middle or a table's cell.

    White space, line breaks included, becomes single spaces; what could act on a terminal shows as
    its escape, `\x1b`; Markdown, HTML and bare addresses show as they were typed.
    """
    inert = _ACTIVE.sub(r"\\\g<0>", visible(" ".join(text.split()), LONGEST)).translate(_ENTITIES)
    inert = _LINK.sub(lambda match: re.sub(r"[:/.]", r"\\\g<0>", match[0]), inert)
    return _BLOCK.sub(r"\1\\", inert)
