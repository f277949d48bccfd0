from collections.abc import Iterable

from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.fields.record import NAME
from fmnist_tui.lab.fields.registry import FIELDS, find_field
from fmnist_tui.lab.filtering.tokens import CONNECTIVES, Token, quoted, tokens

_USUAL_SIGN = {"text": "~", "day": ">=", "flag": ""}
_ORDERED_FIRST = ("yes", "no")


def complete(text: str, cursor: int, names: Iterable[str] = ()) -> tuple[str, ...]:
    """Return completions of the word that ends at the cursor, the likeliest first.

    A key comes with its usual operator, `acc>` or `status=`; `names` are the experiments' names.
    """
    word, before = _at(text, cursor)
    typed = word.text.casefold() if word else ""
    if before and before[-1].kind == "operator":
        field = find_field(before[-2].text) if len(before) > 1 else None
        if field is None:
            return ()
        values = (quoted(value) for value in _values(field, names) if value.casefold().startswith(typed))
        found = [value for value in values if value]
    else:
        found = [_with_sign(each) for each in FIELDS.values() if each.key.startswith(typed)]
        if before or typed:
            found += [each for each in CONNECTIVES if each.startswith(typed)]
    written = text[word.start : cursor] if word else ""
    return tuple(each for each in dict.fromkeys(found) if each != written)


def completed(text: str, cursor: int, choice: str) -> tuple[str, int]:
    word, _ = _at(text, cursor)
    start = word.start if word else cursor
    end = max((each.end for each in tokens(text) if word and each.start == start), default=cursor)
    following = next((each for each in tokens(text) if each.start >= end), None)
    if following and following.kind == "operator":
        choice = choice.rstrip("=<>~")
    return text[:start] + choice + text[end:], start + len(choice)


def _at(text: str, cursor: int) -> tuple[Token | None, list[Token]]:
    before = list(tokens(text[:cursor]))
    if before and before[-1].end == cursor and before[-1].kind in ("word", "connective", "open"):
        return before[-1], before[:-1]
    return None, before


def _values(field: Field, names: Iterable[str]) -> tuple[str, ...]:
    if field.kind == "flag":
        return _ORDERED_FIRST
    return tuple(names) if field is NAME else field.options


def _with_sign(field: Field) -> str:
    if field.options:
        return f"{field.key}="
    return field.key + _USUAL_SIGN.get(field.kind, ">" if field.descending else "<" if field.measured else "=")
