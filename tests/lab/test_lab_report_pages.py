"""The lab report in docs/ is what the program writes of the notebook at the top level."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lab_report import whole_notebook
from reports import tables, written

from fmnist_tui.lab.experiments.groups import groups, plans_on_one_dataset
from fmnist_tui.lab.language.catalogue import Language
from fmnist_tui.lab.toml.reading import read_text

DOCS = Path(__file__).parents[2] / "docs"
PAGES: dict[Language, Path] = {"en": DOCS / "lab-report.md", "es": DOCS / "lab-report.es.md"}


@pytest.mark.parametrize("language", PAGES)
def test_its_tables_are_those_of_the_notebook(language: Language) -> None:
    """Where this fails, docs/contributing.md says how to export it again."""
    known = plans_on_one_dataset(groups(read_text(whole_notebook(), "experiments.toml")))

    assert tables(PAGES[language].read_text(encoding="utf-8")) == tables(written(*known, language=language))


@pytest.mark.parametrize("language", PAGES)
def test_its_figures_lie_beside_it(language: Language) -> None:
    linked = re.findall(r"!\[.*\]\((.*)\)", PAGES[language].read_text(encoding="utf-8"))

    assert linked
    assert [each for each in linked if not (DOCS / each).is_file()] == []


def test_markdownlint_finds_nothing_in_it(markdownlint: str, tmp_path: Path) -> None:
    for page in PAGES.values():
        shutil.copytree(page.with_name(f"{page.stem}-figures"), tmp_path / f"{page.stem}-figures")
        shutil.copy(page, tmp_path)

    done = subprocess.run([markdownlint, "*.md"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_figures_are_small() -> None:
    figures = [*DOCS.glob("lab-report*-figures/*.svg")]

    assert sum(each.stat().st_size for each in figures) < 1_500_000
