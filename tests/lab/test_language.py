"""The languages of reports: complete catalogues, numbers and dates as they are written, nothing left behind."""

import string
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.numbers import format_decimal, format_percent
from group_builders import made_up_group, made_up_recipe
from lab_report import whole_notebook
from messages import TRANSLATED, Message, messages, read
from reports import COMMAND, GENERATED, parsed, written

from fmnist_tui.lab.clues import find_clues
from fmnist_tui.lab.experiments.groups import Group, groups, plans_on_one_dataset
from fmnist_tui.lab.language.catalogue import (
    LANGUAGES,
    LOCALES,
    Language,
    in_language,
    moment_text,
    read_catalogue,
    translated,
    translated_plural,
)
from fmnist_tui.lab.language.choice import locale_language
from fmnist_tui.lab.report.export import Options, ReportError, write
from fmnist_tui.lab.report.figures.drawing import ReportFigure
from fmnist_tui.lab.toml.reading import read_text


def key(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def places(text: str) -> set[str]:
    """Return the named places of a message: `{accuracy}`, with their format: `{n:,}`."""
    return {f"{name}:{form}" for _, name, form, _ in string.Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def real() -> tuple[Group, ...]:
    """The groups of the notebook at the top level."""
    return plans_on_one_dataset(groups(read_text(whole_notebook(), "experiments.toml")))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_none_is_fuzzy(language: Language) -> None:
    """Where this fails, `python tests/messages.py` adds what is new, and a translator fills it in."""
    catalog = read(language)
    forms = {key(message): message for message in messages()}
    missing = forms.keys() - read_catalogue(language).messages.keys()
    assert not missing, f"not translated, or fuzzy, in {language}.po: {sorted(missing)}"

    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalog if entry.id}
    assert not known - forms.keys(), "no longer in the code"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_of_its_message(language: Language) -> None:
    translations = read_catalogue(language).messages
    for message in messages():
        english = (message,) if isinstance(message, str) else message
        theirs = translations[key(message)]
        assert set().union(*map(places, theirs)) == set().union(*map(places, english)), message
        assert places(theirs[-1]) >= places(english[-1]), message


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_as_python_writes_them(language: Language) -> None:
    """So they need no translation: Mexico has the point for decimals and the comma for thousands."""
    locale = LOCALES[language]
    assert format_decimal(60000, locale=locale) == f"{60000:,}"
    assert format_decimal(-1234567.8876, format="#,##0.0000", locale=locale) == f"{-1234567.8876:,.4f}"
    assert format_percent(0.5, locale=locale).startswith("50")


def test_plurals_take_the_form_of_their_number() -> None:
    with in_language("es"):
        said = [translated_plural("{n:,} seed", "{n:,} seeds", number) for number in (0, 1, 2, 1200)]
    assert said == ["0 semillas", "1 semilla", "2 semillas", "1,200 semillas"]
    assert translated_plural("{n:,} seed", "{n:,} seeds", 1) == "1 seed"


def test_dates_are_written_as_the_language_writes_them() -> None:
    moment = datetime(2025, 2, 1, 9, 30, tzinfo=UTC)
    assert moment_text(moment) == "2025-02-01 09:30 UTC"
    with in_language("es"):
        assert moment_text(moment) == "1 de febrero de 2025, 09:30 UTC"


def test_a_message_that_the_catalogue_lacks_stays_english_as_a_whole() -> None:
    with in_language("es"):
        assert translated("{n} of the messages nobody translated") == "{n} of the messages nobody translated"
        assert translated_plural("{n} new thing", "{n} new things", 2) == "2 new things"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "es"}, "es"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "fr:es:en"}, "es"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "es_MX.UTF-8"}, "es"),
        ({"LANG": "es_MX.UTF-8", "LC_ALL": "C.UTF-8", "LANGUAGE": "es"}, "en"),
        ({"LC_ALL": "", "LANG": "es_ES@euro"}, "es"),
        ({"LANG": "est"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_decides_the_language(environment: dict[str, str], language: Language) -> None:
    assert locale_language(environment) == language


def fragments(message: Message) -> Iterator[str]:
    """Yield what stands between the places of a message, where it is long enough to be known again."""
    for text in (message,) if isinstance(message, str) else message:
        yield from (part for part, *_ in string.Formatter().parse(text) if len(part) > 20 and " " in part.strip())


def test_a_spanish_report_has_no_english_message_left(real: tuple[Group, ...]) -> None:
    text = written(*real, language="es").replace("\\", "")
    translations = read_catalogue("es").messages
    english = [
        part
        for message in messages()
        if translations[key(message)][0] != key(message)
        for part in fragments(message)
        if not any(part in form for form in translations[key(message)])
    ]
    assert len(english) > 300
    assert [part for part in english if part in text] == []


def test_clues_keep_their_rules_names_and_evidence_in_every_language(real: tuple[Group, ...]) -> None:
    english = [clue.as_json() for clue in find_clues(real)]
    with in_language("es"):
        spanish = [clue.as_json() for clue in find_clues(real)]

    assert len(english) == len(spanish) > 5
    for ours, theirs in zip(english, spanish, strict=True):
        assert ours["sentence"] != theirs["sentence"]
        assert {**ours, "sentence": "", "source": ""} == {**theirs, "sentence": "", "source": ""}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["{n} {0} {accuracy!r} {", "<script>x</script> **b** | [a](b)", "%(n)s %s \\x1b[31m"])
def test_a_notebooks_text_is_inert_in_every_language(text: str, language: Language) -> None:
    group = made_up_group("plain")
    assert group.plan
    plan = replace(group.plan, name=text, section=text, hypothesis=text, note=text)
    report = written(replace(group, name=text, plan=plan), author=text, language=language)

    shown = [token.content for each in parsed(report) for token in each.children or () if token.type == "text"]
    assert "html_block" not in {each.type for each in parsed(report)}
    assert any("".join(text.split()) in "".join(each.split()) for each in ["".join(shown)])


def test_a_report_leaves_its_language_to_nobody(tmp_path: Path) -> None:
    path, options = tmp_path / "report.md", Options(html=True, jupyter=True, language="es")
    some = [made_up_group(f"{width} units", recipe=made_up_recipe(str(width))) for width in (16, 32)]
    write(some, path, command=COMMAND, options=options, generated=GENERATED)
    spanish = path.read_text(encoding="utf-8")
    page = path.with_suffix(".html").read_text(encoding="utf-8")
    write(some, path, command=COMMAND, generated=GENERATED)

    assert spanish.startswith("# Redes neuronales con Fashion-MNIST\n\nElaborado ")
    assert '<html lang="es">' in page
    assert path.read_text(encoding="utf-8").startswith("# Neural networks on Fashion-MNIST\n\nWritten ")


def test_a_report_that_fails_leaves_its_language_to_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(figure: ReportFigure, folder: Path) -> tuple[Path, ...]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fmnist_tui.lab.report.export.save", fail)
    with pytest.raises(ReportError):
        write([made_up_group()], tmp_path / "r.md", command=COMMAND, options=Options(language="es"))

    assert translated("Summary") == "Summary"
