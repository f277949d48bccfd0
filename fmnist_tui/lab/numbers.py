"""Parse numbers as people write them: `60000`, `60,000`, `60_000`, `60k`, `87%`, `1e-3`."""

import re
from decimal import Decimal
from typing import NamedTuple

_NUMBER = re.compile(
    r"""
    (?P<sign>[+-]?)
    (?: (?P<whole> [0-9]{1,3} (?P<mark>[,_ \u00a0\u202f]) [0-9]{3} (?:(?P=mark)[0-9]{3})* | [0-9]+ )
        (?: \.(?P<part>[0-9]*) )?
      | \.(?P<only_part>[0-9]+) )
    (?:e(?P<power>[+-]?[0-9]{1,3}))?
    (?P<unit>[%km]?)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_POWERS = {"": 0, "%": -2, "k": 3, "m": 6}
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_MARKS = re.compile("[,_ \u00a0\u202f]")

_THOUSANDS_BY_POINT = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_THOUSANDS_BY_COMMA = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]{1,20},[0-9]{1,20}")

_MAX_LENGTH = 100


class NumberError(ValueError):
    """The message is written to follow "not": `'1.000', which …`."""


class Number(NamedTuple):
    value: float
    digit: float
    """Value of one unit in the last digit: 0.01 in `0.87`, 1000 in `60k`."""


def read_number(text: str) -> Number:
    """Parse a number; NumberError also for an ambiguous `1,000` (1 or 1000)."""
    text = text.strip()
    if _NOT_FINITE.fullmatch(text):
        return Number(float(text), 0.0)
    if _THOUSANDS_BY_COMMA.fullmatch(text):
        raise NumberError(_ambiguous_message(text))
    if _DECIMAL_COMMA.fullmatch(text):
        raise NumberError(f"{_quoted(text)}: decimals begin with a point; write {text.replace(',', '.')}")
    digits, power = _parts(text)
    return Number(float(f"{digits}e{power}"), float(f"1e{power}"))


def read_whole(text: str) -> int:
    """Parse a whole number; NumberError also for an ambiguous `1.000` (1 or 1000)."""
    text = text.strip()
    if _THOUSANDS_BY_POINT.fullmatch(text):
        raise NumberError(_ambiguous_message(text))
    digits, power = _parts(text)
    value = Decimal(f"{digits}e{power}")
    if value != value.to_integral_value():
        raise NumberError(_quoted(text))
    return int(value)


def is_grouped(text: str) -> bool:
    """Return whether a text may be a whole number with grouped thousands: `60,000` or `60.000`."""
    text = text.strip()
    return bool(_THOUSANDS_BY_COMMA.fullmatch(text) or _THOUSANDS_BY_POINT.fullmatch(text))


def _parts(text: str) -> tuple[str, int]:
    match = _NUMBER.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if match is None:
        raise NumberError(_quoted(text))
    part = match["part"] or match["only_part"] or ""
    digits = f"{match['sign']}{_MARKS.sub('', match['whole'] or '')}{part}"
    return digits, int(match["power"] or 0) + _POWERS[match["unit"].lower()] - len(part)


def _ambiguous_message(text: str) -> str:
    decimal, thousands = f"{float(text.replace(',', '.')):g}", int(re.sub("[.,]", "", text))
    advice = f"write {thousands} for that" if "." in text and "." in decimal else f"write {decimal} or {thousands}"
    return f"{_quoted(text)}, which can be read as {decimal} or as {thousands:,}; {advice}"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 56 else f"{text[:56]}…")
