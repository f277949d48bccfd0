"""Text from files and people, made safe to show: what could act on a terminal is shown as its escape."""

import re

_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def visible(text: str, longest: int = 200) -> str:
    """Return text on one line with control, bidirectional and lone surrogate characters shown as `\\x1b`, `\\u202e`.

    Args:
        text: any text.
        longest: how many characters to keep; what is cut is marked with `…`.
    """
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return _ACTING.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
