"""Make text safe to show, and count things in words.

`_UNSAFE` alone decides which characters are escaped. Joiners (U+200C, U+200D) and variation selectors stay: emoji and
several scripts need them.
"""

import json
import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_UNSAFE_BUT_LINES = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))


def visible(text: str, longest: int = 200) -> str:
    r"""Return text on one line, with control characters shown as `\x1b`; longer text is cut with `…`."""
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return _UNSAFE.sub(_escaped, text)


def visible_lines(text: str) -> str:
    return _UNSAFE_BUT_LINES.sub(_escaped, text)


def visible_in_place(text: str) -> str:
    """Replace each control character by one sign, so that positions stay the same."""
    return _UNSAFE.sub(lambda match: _sign(ord(match[0])), text)


def json_text(value: object, *, ascii_only: bool = False) -> str:
    r"""Return one line of JSON, with control characters escaped as `\u202e`."""
    return _UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], json.dumps(value, ensure_ascii=ascii_only))


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def _sign(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def line_end(text: str | bytes) -> str:
    """Return the most frequent one."""
    if isinstance(text, str):
        windows, all_of_them = text.count("\r\n"), text.count("\n")
    else:
        windows, all_of_them = text.count(b"\r\n"), text.count(b"\n")
    return "\r\n" if 2 * windows > all_of_them else "\n"


def size_text(size: int) -> str:
    """Return a size in bytes as text: `850 kB`, `12 MB`, `3.2 GB`."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}" if size < 10 * factor else f"{size / factor:,.0f} {unit}"
    return f"{size / 1e3:.0f} kB"


def counted(number: int, what: str) -> str:
    """Return `1 run`, `1,200 runs`."""
    return f"{number:,} {what}{plural(number)}"


def plural(number: int) -> str:
    return "" if number == 1 else "s"
