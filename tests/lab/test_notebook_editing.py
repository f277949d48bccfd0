"""Edits of a notebook: a record's own lines change, everything else stays byte for byte as a person left it."""

import os
from pathlib import Path
from typing import Any

import pytest
from handwritten_notebooks import HANDWRITTEN, VARIANTS
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.source import signature_of
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.toml.reading import NotebookError
from fmnist_tui.lab.toml.writing import record_text, run_record

RECIPE = a_plan().recipe("fashion-mnist")


@pytest.fixture(params=[*VARIANTS.values()], ids=[*VARIANTS])
def by_hand(request: pytest.FixtureRequest, tmp_path: Path) -> NotebookFile:
    """A notebook that a person wrote, saved in one of several ways."""
    path = tmp_path / "experiments.toml"
    path.write_bytes(request.param(HANDWRITTEN))
    return NotebookFile(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "experiments.toml"


def changed_lines(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """Return the lines that are only in the one and only in the other, where they differ in one stretch."""
    old, new = before.decode("utf-8-sig").splitlines(), after.decode("utf-8-sig").splitlines()
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]


def line_ends(data: bytes) -> set[bytes]:
    return {b"\r\n" if line.endswith(b"\r\n") else b"\n" for line in data.splitlines(True) if line.endswith(b"\n")}


@pytest.mark.parametrize(
    ("changes", "gone", "come"),
    [
        (
            {"note": "new"},
            ['  note = """', "[[run]]", 'an old note \\""" with quotes""""'],
            ['  note = "new"'],
        ),
        ({"note": None}, ['  note = """', "[[run]]", 'an old note \\""" with quotes""""'], []),
        ({"note": ""}, ['  note = """', "[[run]]", 'an old note \\""" with quotes""""'], []),
        ({"repeats": 5}, ["  repeats=3"], ["  repeats=5"]),
        ({"repeats": None}, ["  repeats=3"], []),
        ({"starred": True}, [], ["  starred = true"]),
        ({"starred": False}, [], []),
        ({"hypothesis": "wider is\nbetter"}, [], ['  hypothesis = "wider is\\nbetter"']),
        ({"repeats": 4, "starred": True}, ["  repeats=3"], ["  repeats=4", "  starred = true"]),
    ],
)
def test_an_edit_of_a_plan_changes_its_own_lines_alone(
    by_hand: NotebookFile, changes: dict[str, Any], gone: list[str], come: list[str]
) -> None:
    before, notebook = by_hand.path.read_bytes(), by_hand.read()

    by_hand.edit_experiment("64 units", RECIPE, changes)

    after = by_hand.path.read_bytes()
    assert changed_lines(before, after) == (gone, come)
    assert line_ends(after) == line_ends(before)
    assert after.startswith(before[:3])
    assert by_hand.read() == NotebookFile(by_hand.path).read()
    for key, value in changes.items():
        wanted = value or {"repeats": 1, "starred": False}.get(key)
        assert getattr(by_hand.read().experiments[0], key) == wanted
    assert by_hand.read().experiments[1] == notebook.experiments[1]
    assert by_hand.read().unknown == notebook.unknown


def test_a_comment_after_a_value_that_changes_stays(by_hand: NotebookFile) -> None:
    before = by_hand.path.read_bytes()

    by_hand.edit_experiment("64 units", RECIPE, {"name": "my own"})

    assert by_hand.path.read_bytes() == before.replace(b"'64 units'   #", b'"my own"   #').replace(
        b'experiment = "64 units"', b'experiment = "my own"'
    )


def test_an_edit_of_a_run_changes_its_own_lines_alone(by_hand: NotebookFile) -> None:
    before = by_hand.path.read_bytes()

    by_hand.edit_run("by-hand", {"note": "odd", "starred": True})

    lines = ['note = "odd"', "starred = true"]
    assert changed_lines(before, by_hand.path.read_bytes()) == ([], lines)
    (run,) = by_hand.read().runs
    assert (run.note, run.starred) == ("odd", True)
    assert run.environment is not None

    by_hand.edit_run("by-hand", {"note": None, "starred": False})

    assert by_hand.path.read_bytes() == before


def test_an_edit_that_changes_nothing_writes_nothing(by_hand: NotebookFile) -> None:
    before = signature_of(by_hand.path)

    by_hand.edit_experiment("64 units", RECIPE, {"repeats": 3, "starred": False, "name": "64 units"})

    assert signature_of(by_hand.path) == before


def test_a_new_name_is_that_of_all_runs(path: Path) -> None:
    notebook = NotebookFile(path)
    notebook.append_experiments((a_plan(), a_plan("other")))
    for number, name in enumerate(("64 units", "other", "64 units")):
        notebook.append_run(a_run(f"r{number}", experiment=name))
    notebook.append_run(a_run("older", recipe=Recipe(parse("32"))))
    before = path.read_text(encoding="utf-8")

    notebook.edit_experiment("64 units", RECIPE, {"name": "wide", "note": "renamed"})

    assert [plan.name for plan in notebook.read().experiments] == ["wide", "other"]
    assert [run.experiment for run in notebook.read().runs] == ["wide", "other", "wide", "wide"]
    after = path.read_text(encoding="utf-8").replace('note = "renamed"\n', "").replace('"wide"', '"64 units"')
    assert after == before


@pytest.mark.parametrize("name", ["other", "of runs alone", " ", "", None])
def test_a_name_that_is_taken_or_empty_is_refused(path: Path, name: str | None) -> None:
    notebook = NotebookFile(path)
    notebook.append_experiments((a_plan(), a_plan("other")))
    notebook.append_run(a_run(experiment="of runs alone"))
    before = path.read_bytes()

    with pytest.raises(NotebookError, match=r"choose another name|must not be empty"):
        notebook.edit_experiment("64 units", RECIPE, {"name": name})

    assert path.read_bytes() == before


def test_runs_without_a_plan_get_one_when_something_is_said_of_them(path: Path) -> None:
    notebook = NotebookFile(path)
    for seed in range(3):
        notebook.append_run(a_run(f"r{seed}", experiment="64", seed=seed))
    before = path.read_bytes()

    notebook.edit_experiment("64", RECIPE, {"note": "good", "starred": True})

    (plan,) = notebook.read().experiments
    assert plan == a_plan("64", repeats=3, note="good", starred=True, dataset="fashion-mnist")
    assert path.read_bytes().startswith(before)


def test_runs_without_a_plan_can_be_renamed_and_get_none_for_that(path: Path) -> None:
    notebook = NotebookFile(path)
    notebook.append_run(a_run("r0", experiment="64"))
    notebook.append_run(a_run("r1", experiment="64", recipe=Recipe(parse("64"))))

    notebook.edit_experiment("64", RECIPE, {"name": "two epochs"})

    assert notebook.read().experiments == ()
    assert [run.experiment for run in notebook.read().runs] == ["two epochs", "64"]


def test_runs_of_a_recipe_that_the_plan_no_longer_has_can_only_be_given_a_name_of_their_own(path: Path) -> None:
    notebook = NotebookFile(path)
    older = Recipe(parse("32"))
    notebook.append_experiments((a_plan(),))
    notebook.append_run(a_run("r0"))
    notebook.append_run(a_run("r1", recipe=older))

    with pytest.raises(NotebookError, match="another recipe by now; give these runs a name of their own"):
        notebook.edit_experiment("64 units", older, {"note": "old"})
    notebook.edit_experiment("64 units", older, {"name": "32 units", "note": "old"})

    assert [run.experiment for run in notebook.read().runs] == ["64 units", "32 units"]
    assert [(plan.name, plan.note) for plan in notebook.read().experiments] == [("64 units", None), ("32 units", "old")]


def test_there_is_one_baseline(by_hand: NotebookFile) -> None:
    by_hand.edit_experiment("64 units", RECIPE, {"baseline": True})

    assert [plan.baseline for plan in by_hand.read().experiments] == [True, False]
    assert b"baseline = true" in by_hand.path.read_bytes()
    assert by_hand.path.read_bytes().count(b"baseline") == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"repeats": 0}, r", line \d+: experiment 1: repeats must be from 1 to 1,000, not 0; nothing was changed"),
        ({"repeats": "3"}, r'repeats must be an integer, not "3" \(a string\)'),
        ({"note": 7}, r'note must be a string, not 7 \(an integer\); write note = "7"'),
        ({"starred": 1}, r"starred must be true or false, not 1 \(an integer\)"),
    ],
)
def test_a_value_that_could_not_be_read_again_is_not_written(
    by_hand: NotebookFile, changes: dict[str, Any], says: str
) -> None:
    before = by_hand.path.read_bytes()

    with pytest.raises(NotebookError, match=says):
        by_hand.edit_experiment("64 units", RECIPE, changes)

    assert by_hand.path.read_bytes() == before


def test_what_is_not_there_cannot_be_changed(by_hand: NotebookFile) -> None:
    with pytest.raises(NotebookError, match="there is no experiment 'none' of this recipe any more"):
        by_hand.edit_experiment("none", RECIPE, {"note": "x"})
    with pytest.raises(NotebookError, match="there is no run 'r9' any more"):
        by_hand.edit_run("r9", {"note": "x"})


@pytest.mark.parametrize("key", ["architecture", "id", "nothing"])
def test_what_a_record_means_cannot_be_changed(by_hand: NotebookFile, key: str) -> None:
    with pytest.raises(ValueError, match=f"{key} cannot be changed"):
        by_hand.edit_experiment("64 units", RECIPE, {key: "x"})
    with pytest.raises(ValueError, match=f"{key} cannot be changed"):
        by_hand.edit_run("by-hand", {key: "x"})


def test_a_notebook_that_cannot_be_read_is_not_edited(path: Path) -> None:
    path.write_bytes(b"a = [1,\n")

    with pytest.raises(NotebookError, match="not TOML"):
        NotebookFile(path).edit_run("r0", {"note": "x"})

    assert path.read_bytes() == b"a = [1,\n"


def test_permissions_stay(path: Path) -> None:
    notebook = NotebookFile(path)
    notebook.append_run(a_run())
    path.chmod(0o640)

    notebook.edit_run("r0", {"starred": True})

    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_one_and_its_target_is_edited(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "lab.toml", tmp_path / "experiments.toml"
    link.symlink_to(os.path.relpath(target, tmp_path))
    notebook = NotebookFile(link)
    notebook.append_run(a_run())

    notebook.edit_run("r0", {"starred": True})

    assert link.is_symlink()
    assert b"starred = true" in target.read_bytes()
    assert sorted(entry.name for entry in target.parent.iterdir()) == ["lab.toml", "runs"]


def test_a_run_whose_figures_are_no_numbers_can_be_edited(path: Path) -> None:
    notebook = NotebookFile(path)
    text = record_text("run", run_record(a_run("r0"))).replace("0.412", "nan").replace("[0.5, 0.4]", "[nan, inf]")
    path.write_text(text, encoding="utf-8")

    notebook.edit_run("r0", {"note": "diverged"})

    assert path.read_text(encoding="utf-8") == f'{text}note = "diverged"\n'


def test_an_edit_sees_what_another_program_has_added(path: Path) -> None:
    mine, other = NotebookFile(path), NotebookFile(path)
    mine.append_run(a_run("r0"))
    other.append_run(a_run("r1"))

    mine.edit_run("r1", {"starred": True})
    other.edit_run("r0", {"note": "x"})

    assert [(run.note, run.starred) for run in mine.read().runs] == [("x", False), (None, True)]


def test_what_an_editor_saves_while_an_edit_is_checked_is_not_lost(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = NotebookFile(path)
    notebook.append_run(a_run("r0"))
    fsync = os.fsync
    saved: list[bool] = []

    def save_meanwhile(file: int) -> None:
        fsync(file)
        if not saved:
            saved.append(True)
            path.write_bytes(path.read_bytes() + b"# saved by an editor\n")

    monkeypatch.setattr(os, "fsync", save_meanwhile)
    notebook.edit_run("r0", {"starred": True})

    assert b"starred = true\n# saved by an editor\n" in path.read_bytes()
