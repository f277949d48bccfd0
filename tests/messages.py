"""The messages of reports and clues, found in the code; `python tests/messages.py` adds new ones to the catalogues.

A message that changed a little keeps its old translation, marked fuzzy: mend it, and delete the mark.
"""

import ast
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import fmnist_tui.lab
from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.explanations.topics import GROUPS
from fmnist_tui.lab.fields.recipe import LAYERS, PARAMETERS
from fmnist_tui.lab.fields.record import NAME
from fmnist_tui.lab.fields.registry import find_field
from fmnist_tui.lab.fields.results import SECONDS, TEST_ACCURACY, TEST_LOSS, VAL_ACCURACY
from fmnist_tui.lab.language.catalogue import LANGUAGES, LOCALES, Language, catalogue_path
from fmnist_tui.lab.parameters import spoken
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS
from fmnist_tui.lab.records.run import STATUSES
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.explained import messages as messages_of

LAB = Path(fmnist_tui.lab.__file__).parent
MARKS = {"translated": 1, "message": 1, "translated_plural": 2, "plural_message": 2}
"""How many texts the call of each function begins with."""

UNUSED = tuple(
    f'"{name}'
    for name in ("Project", "Report", "POT-Creation", "PO-Revision", "Last-Translator", "Language-Team", "Generated")
)
"""Lines of the head that say nothing here, or change with the day and the version of Babel."""

TRANSLATED: tuple[Language, ...] = tuple(language for language in LANGUAGES if language != "en")

Message = str | tuple[str, str]
"""One text, or one for a single thing and one for many."""


def messages() -> dict[Message, str]:
    """Return every message with the file it stands in, in the order of the files."""
    found: dict[Message, str] = {}
    for message, file in (*_marked(), *_wording(), *_named(), *_explained()):
        found.setdefault(message, file)
    return found


def _marked() -> Iterator[tuple[Message, str]]:
    for path in sorted(LAB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                texts = node.args[: MARKS[node.func.id]]
                assert not any(isinstance(text, ast.JoinedStr) for text in texts), f"{path}:{node.lineno}: an f-string"
                found = [text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)]
                if found:
                    yield (found[0] if len(found) == 1 else (found[0], found[1])), path.relative_to(LAB).as_posix()


def _wording() -> Iterator[tuple[Message, str]]:
    for name, value in vars(wording).items():
        if not name.isupper():
            continue
        each = value.values() if isinstance(value, Mapping) else (value,)
        if name.endswith("_COLUMNS"):
            each = value
        for message in each:
            yield message, "report/wording.py"


def _named() -> Iterator[tuple[Message, str]]:
    for text in (*GARMENT_CLASSES.names, *GARMENT_CLASSES.short):
        yield text, "classes.py"
    for text in (NAME.title, *(field.words for field in (LAYERS, PARAMETERS, VAL_ACCURACY, SECONDS))):
        yield text, "fields"
    for name in HYPERPARAMETERS:
        field = find_field(name)
        assert field, name
        yield from ((text, "fields") for text in (field.words, spoken(name)))
    for text in (TEST_ACCURACY.words, TEST_LOSS.words):
        yield text, "fields"
    for text in ("clear", "possible", "not resolved"):
        yield text, "statistics/verdicts.py"
    for text in STATUSES:
        yield text, "records/run.py"


def _explained() -> Iterator[tuple[Message, str]]:
    """Of the explanations those that a report quotes."""
    for heading in ("the network", "layers", "activations", "optimizers"):
        for explanation in GROUPS[heading].values():
            for text in (explanation.title, *(text for text, _ in messages_of(explanation))):
                yield text, "explanations"


def template() -> Catalog:
    catalog = Catalog(project="fmnist-tui", charset="utf-8")
    for message, file in messages().items():
        catalog.add(message, locations=[(file, 0)])
    return catalog


def read(language: Language) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=LOCALES[language])


def write(language: Language, catalog: Catalog) -> None:
    text = BytesIO()
    write_po(text, catalog, width=110, include_lineno=False, ignore_obsolete=True)
    lines = text.getvalue().decode("utf-8").splitlines(keepends=True)
    catalogue_path(language).write_text("".join(each for each in lines if not each.startswith(UNUSED)), "utf-8")


if __name__ == "__main__":
    for each in TRANSLATED:
        known = read(each) if catalogue_path(each).exists() else Catalog(locale=LOCALES[each])
        known.update(template())
        write(each, known)
