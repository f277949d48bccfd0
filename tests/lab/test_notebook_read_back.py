"""An edit of a long notebook is read back around the change, and holds what the whole text holds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import rtoml
from handwritten_notebooks import HANDWRITTEN, notebooks
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook import read_back
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.read_back import read_around_change
from fmnist_tui.lab.toml import parsing
from fmnist_tui.lab.toml.reading import NotebookError, read_text
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record

HEAD = "format = 1\n\n"


def runs(count: int, name: str = "r") -> str:
    return "".join(record_text("run", run_record(a_run(f"{name}{number}", seed=number))) for number in range(count))


@contextmanager
def every_text_is_long() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "PART", 1)
        patch.setattr(read_back, "MOST_PARSED", 9.0)
        yield


def outcome(content: bytes, folder: Path, edit: Callable[[NotebookFile], object]) -> tuple[bytes, str, str]:
    """Return the bytes after an edit, what the program then knows of them, and why the edit was refused."""
    folder.mkdir()
    notebook = NotebookFile(folder / "experiments.toml")
    notebook.path.write_bytes(content)
    problem = ""
    try:
        edit(notebook)
    except NotebookError as error:
        problem = str(error).replace(str(folder), "")
    assert repr(notebook.read()) == repr(NotebookFile(notebook.path).read())
    return notebook.path.read_bytes(), repr(notebook.read()).replace(str(folder), ""), problem


@settings(max_examples=20)
@given(content=notebooks() | st.just(HANDWRITTEN.encode()), pick=st.integers(0, 99), kind=st.integers(0, 3))
def test_an_edit_of_a_long_notebook_ends_as_that_of_a_short_one(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, pick: int, kind: int
) -> None:
    folder = tmp_path_factory.mktemp("notebooks")
    content += (b"" if content.endswith(b"\n") else b"\n") + runs(3, "added").encode()
    known = read_text(content.decode("utf-8-sig"), "x")
    assume(known.experiments or kind % 2)
    run, plan = known.runs[pick % len(known.runs)], known.experiments[pick % max(len(known.experiments), 1) :]

    def edit(notebook: NotebookFile) -> None:
        match kind:
            case 0:
                recipe = plan[0].recipe("fashion-mnist")
                notebook.edit_experiment(plan[0].name, recipe, {"starred": not plan[0].starred, "note": "new"})
            case 1:
                notebook.edit_run(run.id, {"starred": not run.starred, "note": "new\nand '''quoted'''"})
            case 2:
                notebook.restore(notebook.delete([], plan[0].name))
            case _:
                notebook.delete([run.id])

    whole = outcome(content, folder / "whole", edit)
    with every_text_is_long():
        around = outcome(content, folder / "around", edit)

    assert around == whole


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_a_record_copied_into_a_note_is_not_taken_for_the_record(tmp_path: Path, quotes: str) -> None:
    """Given a note that holds lines of the notebook, when a run is starred, then its own lines change."""
    plan = record_text("experiment", experiment_record(a_plan()))
    text = f"{HEAD}{plan}note = {quotes}\n{runs(3)}{quotes}\n{runs(3)}"
    path = tmp_path / "experiments.toml"
    path.write_text(text, encoding="utf-8")

    with every_text_is_long():
        NotebookFile(path).edit_run("r1", {"starred": True})

    after = runs(3).partition('id = "r2"')[2]
    assert path.read_text(encoding="utf-8").startswith(text[: -len(runs(3))])
    assert [run.starred for run in NotebookFile(path).read().runs] == [False, True, False]
    assert path.read_text(encoding="utf-8").endswith(f'id = "r2"{after}')


def test_a_change_of_another_record_is_not_taken_for_the_intended_one() -> None:
    text = HEAD + runs(5)
    notebook = read_text(text, "x")
    with every_text_is_long():
        found = read_around_change(text, text.replace("seed = 3", "seed = 33"), notebook)

    assert found == read_text(text.replace("seed = 3", "seed = 33"), "x")
    assert found != notebook


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "r3"', 'id = "r1"'),
        ("seed = 3\n", "seed = 3\nmine = 1\n"),
        ("seed = 3\n", "seed = 3"),
        ("seed = 3\n", 'seed = 3\nnote = """\n'),
        ("format = 1\n", "format = 2\n"),
        ("seed = 3\n", "seed = 3\n[mine]\n"),
    ],
)
def test_a_change_of_anything_but_known_records_is_left_to_the_whole_text(old: str, new: str) -> None:
    text = HEAD + runs(5)
    with every_text_is_long():
        assert read_around_change(text, text.replace(old, new), read_text(text, "x")) is None


def test_a_star_in_a_long_notebook_parses_little_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "experiments.toml"
    path.write_text(HEAD + runs(400), encoding="utf-8")
    notebook = NotebookFile(path)
    notebook.read()
    loads, parsed = rtoml.loads, list[int]()

    def counted(text: str) -> object:
        parsed.append(len(text))
        return loads(text)

    monkeypatch.setattr(rtoml, "loads", counted)

    notebook.edit_run("r200", {"starred": True})

    assert path.stat().st_size > parsing.PART
    assert 0 < sum(parsed) < path.stat().st_size / 20
    assert notebook.read() == NotebookFile(path).read()
    assert notebook.read().runs[200].starred
