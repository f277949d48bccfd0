"""Escape text from a notebook for Markdown."""

import re

from fmnist_tui.lab.plain_text import visible

LONGEST = 2_000

_ACTIVE = re.compile(r"[\\`*_{}\[\]#|~^$]")
"""Special anywhere in a line of Markdown, its tables and formulas."""
_LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)
"""GitHub's Markdown makes links of these."""
_BLOCK = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+=:]))")
"""Makes a list, underline or definition at the start of a line."""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape(text: str) -> str:
    r"""Return a text as inline Markdown for any place in a line or a table cell.

    White space becomes single spaces; control characters show as escapes, `\x1b`; Markdown, HTML and bare
    addresses show as typed.
    """
    inert = _ACTIVE.sub(r"\\\g<0>", visible(" ".join(text.split()), LONGEST)).translate(_ENTITIES)
    inert = _LINK.sub(lambda match: re.sub(r"[:/.]", r"\\\g<0>", match[0]), inert)
    return _BLOCK.sub(r"\1\\", inert)
