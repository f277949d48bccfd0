"""The language of a report: English as the code has it, or what a catalogue has for a message.

The language is that of a context: `with in_language("es")`. Outside of one, and for a message that the catalogue
lacks, everything is English. Numbers need no translation: Mexico writes 60,000 and 0.8876 as English does.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

LOCALES: Mapping[Language, str] = {"en": "en_US", "es": "es_MX"}

_language: ContextVar[Language] = ContextVar("language", default="en")


@dataclass(frozen=True, slots=True)
class Catalogue:
    messages: Mapping[str, tuple[str, ...]]
    """The translation of a message, of a plural one its forms."""
    form_of: Callable[[int], int]
    """Returns which of the forms a number takes."""


def catalogue_path(language: Language) -> Path:
    return Path(__file__).with_name(f"{language}.po")


@contextmanager
def in_language(language: Language) -> Iterator[None]:
    """Translate what is written inside."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def current_language() -> Language:
    return _language.get()


def message(text: str) -> str:
    """Mark a text that is translated elsewhere, so that it is known to be a message."""
    return text


def plural_message(one: str, many: str) -> tuple[str, str]:
    return one, many


def translated(text: str) -> str:
    """Return a message in the language of the context. What changes in it has a name: `{accuracy}`."""
    language = _language.get()
    if language == "en":
        return text
    return read_catalogue(language).messages.get(text, (text,))[0]


def translated_plural(one: str, many: str, number: int, **named: object) -> str:
    """Return the form of a message that a number takes, with the number in the place `{n}` and others by name."""
    language = _language.get()
    known = None if language == "en" else read_catalogue(language)
    forms = known.messages.get(one) if known else None
    form = forms[known.form_of(number)] if known and forms else (one if number == 1 else many)
    return form.format(n=number, **named)


@cache
def read_catalogue(language: Language) -> Catalogue:
    """Read the .po file itself: no step of the build, and no second file that may be older than the first."""
    from gettext import c2py

    from babel.messages.pofile import read_po

    with catalogue_path(language).open("rb") as file:
        catalog = read_po(file, locale=LOCALES[language])
    found = {}
    for entry in catalog:
        key = entry.id if isinstance(entry.id, str) else entry.id[0]
        forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
        if key and forms and all(forms) and not entry.fuzzy:
            found[key] = forms
    return Catalogue(found, c2py(catalog.plural_expr))


def day_text(day: date) -> str:
    """Return a day as the language writes it; in English as ISO 8601, which no reader mistakes."""
    if _language.get() == "en":
        return f"{day:%Y-%m-%d}"
    from babel.dates import format_date

    return str(format_date(day, "long", locale=LOCALES[_language.get()]))


def moment_text(moment: datetime) -> str:
    """Return a day with its time and time zone."""
    comma = "" if _language.get() == "en" else ","
    return f"{day_text(moment)}{comma} {moment:%H:%M %Z}".rstrip()
