"""Text that breaks careless writers goes through every writing of a notebook and touches nothing but its own record."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from sample_records import a_plan, a_run
from strategies import HOSTILE, as_a_file_holds_it

from fmnist_tui.lab.notebook import record_file
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record

TEXTS = {
    "a path": "../../x",
    "the clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07",
    "a title": "\x1b]0;owned\x07\x1b[8m",
    "a record": 'x"\n\n[[run]]\nid = "injected"\nexperiment = "',
    "a record in other quotes": "x'''\n[[run]]\nid = 'injected'\nq = '''",
    "a key": 'x"\nstarred = true\ny = "',
    "the end of a list": '"] }\n[[experiment]]\nname = "injected"',
    "the end of a line": "x\r\n# \\",
    "a bidirectional override": "\u202egnp.\u2066evil\u2069",
    "one megabyte": ("\u202e\"\\\n'[x]" + "evil " * 10) * 18_000,
    **{f"number {number}": text for number, text in enumerate(HOSTILE)},
}

BYSTANDERS = (a_plan("bystander", note="mine"), a_run("bystander", experiment="bystander", seed=9, note="mine"))


@pytest.fixture
def notebook(tmp_path: Path) -> NotebookFile:
    """A notebook of a plan and a run that nobody touches, in a folder of its own."""
    (tmp_path / "lab").mkdir()
    notebook = NotebookFile(tmp_path / "lab" / "experiments.toml")
    notebook.append_experiments(BYSTANDERS[:1])
    notebook.append_run(BYSTANDERS[1])
    return notebook


def assert_safe(notebook: NotebookFile) -> None:
    """Assert that the bystanders stand as they did, and that nothing in the file acts on a terminal."""
    text = notebook.path.read_bytes().decode("utf-8")
    assert record_text("experiment", experiment_record(BYSTANDERS[0])) in text
    assert record_text("run", run_record(BYSTANDERS[1])) in text
    held = NotebookFile(notebook.path).read()
    assert (held.experiments[0], held.runs[0]) == BYSTANDERS
    assert held.unknown == {}
    assert "injected" not in {*(run.id for run in held.runs), *(plan.name for plan in held.experiments)}
    acting = {unicodedata.category(each) for each in set(text) - {"\n"}} & {"Cc", "Cs", "Zl", "Zp"}
    assert acting == set()
    assert not set(text) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_text_is_added_edited_renamed_deleted_and_restored_as_text(notebook: NotebookFile, text: str) -> None:
    held = as_a_file_holds_it(text)
    name, other = f"n{text}", f"o{text}"
    notebook.append_experiments((a_plan(name, note=text, section=text, hypothesis=text),))
    notebook.record(a_run("r0", experiment=name, reason=text))
    assert_safe(notebook)

    notebook.edit_run("r0", {"note": text})
    notebook.edit_experiment(as_a_file_holds_it(name), a_plan().recipe("fashion-mnist"), {"name": other, "note": text})
    assert_safe(notebook)
    plan = a_plan(f"o{held}", note=held or None, section=held, hypothesis=held)
    run = a_run("r0", experiment=f"o{held}", reason=held, note=held or None)
    assert notebook.read().runs[1:] == (run,)
    assert replace(notebook.read().experiments[1], note=plan.note) == plan
    assert (notebook.read().experiments[1].note or "") == held

    before = notebook.path.read_bytes()
    deleted = notebook.delete(["r0"], f"o{held}")
    assert_safe(notebook)
    assert deleted.words.isprintable()
    assert len(deleted.words) < 100
    notebook.restore(NotebookFile(notebook.path).trash()[-1])

    assert notebook.path.read_bytes() == before
    assert [path.name for path in notebook.path.parent.parent.iterdir()] == ["lab"]
    assert {path.name for path in notebook.path.parent.iterdir()} == {"experiments.toml", "runs"}


def test_a_link_in_the_place_of_a_result_is_replaced_itself(notebook: NotebookFile, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    diary.write_text("mine", encoding="utf-8")
    diary.chmod(0o640)
    result = notebook.run_folder("r0") / "run.toml"
    result.symlink_to(diary)

    record_file.write(notebook.runs_folder / "r0", a_run())

    assert diary.read_text(encoding="utf-8") == "mine"
    assert diary.stat().st_mode & 0o777 == 0o640
    assert not result.is_symlink()
    assert result.stat().st_mode & 0o777 != 0o777
    assert [run.id for run in notebook.recover()] == ["r0"]
