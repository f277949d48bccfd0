"""A notebook of an older format is read as one of the present, and rewritten as one when it is first written to."""

from pathlib import Path
from typing import Any

import pytest
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook import source
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml import migration
from fmnist_tui.lab.toml.reading import NotebookError

OLD = """\
# mine
format = 1  # the first

[[experiment]]
  title = "64 units"   # it was called so in format 1
  architecture = "64"
  epochs = 2
  repeats = 3
  mood = 'good'

# the end
"""


def rename_titles(document: dict[str, Any]) -> dict[str, Any]:
    """Turn a document of format 1, whose plans had titles, into one of format 2."""
    for table in document.get("experiment", []):
        table["name"] = table.pop("title")
    return document


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NotebookFile:
    """A notebook of the format before the one that is written."""
    monkeypatch.setattr(migration, "FORMAT", 2)
    monkeypatch.setattr(source, "HEADER", migration.HEADER.replace("format = 1", "format = 2"))
    monkeypatch.setitem(migration.MIGRATIONS, 1, rename_titles)
    path = tmp_path / "experiments.toml"
    path.write_text(OLD, encoding="utf-8")
    return NotebookFile(path)


def test_an_older_notebook_is_read_and_not_touched(notebook: NotebookFile) -> None:
    assert notebook.read().experiments == (a_plan(),)
    assert notebook.read().format == 1
    assert notebook.path.read_text(encoding="utf-8") == OLD


def test_the_first_writing_brings_it_to_the_present_format_and_keeps_the_rest(notebook: NotebookFile) -> None:
    notebook.append_run(a_run())

    text = notebook.path.read_text(encoding="utf-8")
    before = OLD.replace("format = 1  #", "format = 2  #")
    before = before.replace('  title = "64 units"   # it was called so in format 1\n', "")
    assert text.startswith(before.replace("  mood = 'good'\n", "  mood = 'good'\n  name = \"64 units\"\n"))
    assert notebook.read() == NotebookFile(notebook.path).read()
    assert notebook.read().format == 2
    assert (notebook.read().experiments, notebook.read().runs) == ((a_plan(),), (a_run(),))


def test_a_file_without_a_format_is_of_the_first(notebook: NotebookFile) -> None:
    notebook.path.write_text(OLD.replace("format = 1  # the first\n", ""), encoding="utf-8")

    notebook.edit_experiment("64 units", a_plan().recipe("fashion-mnist"), {"starred": True})

    assert notebook.path.read_text(encoding="utf-8").startswith("format = 2\n# mine\n")
    assert notebook.read().experiments == (a_plan(starred=True),)


def test_a_notebook_of_the_present_format_goes_through_no_migration(notebook: NotebookFile) -> None:
    notebook.path.unlink()

    notebook.append_experiments((a_plan(),))

    assert "format = 2\n" in notebook.path.read_text(encoding="utf-8")
    assert NotebookFile(notebook.path).read().experiments == (a_plan(),)


def test_a_newer_notebook_is_refused_and_never_written_to(notebook: NotebookFile) -> None:
    notebook.path.write_text(OLD.replace("format = 1", "format = 3"), encoding="utf-8")

    with pytest.raises(NotebookError, match="format = 3 is not one that this program reads; a newer fmnist-tui wrote"):
        notebook.append_run(a_run())

    assert notebook.path.read_text(encoding="utf-8") == OLD.replace("format = 1", "format = 3")
