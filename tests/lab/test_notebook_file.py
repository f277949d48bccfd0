"""The notebook on disk: appended to, never rewritten, never written to where it cannot be read."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_records import a_plan, a_run
from strategies import as_a_file_holds_it, experiments, runs

from fmnist_tui.lab.layers import MaxPooling
from fmnist_tui.lab.notebook.file import NotebookFile, new_id
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.run import Experiment, Run
from fmnist_tui.lab.toml.migration import HEADER
from fmnist_tui.lab.toml.reading import Notebook, NotebookError

HANDWRITTEN = """\
# my own notebook ✎
format = 1
[[experiment]]   # the first
  name = '64 units'
  architecture = "64"
  repeats = 3"""
"""A file as a person leaves it: comments, odd spaces and no new line at its end."""

UNREADABLE = {
    "a broken syntax": b"a = [1,\n",
    "half a record": b'[[run]]\nid = "r1\n',
    "a future format": b"format = 2\n",
    "a wrong type": b'[[experiment]]\nname = "a"\narchitecture = "64"\nrepeats = "3"\n',
    "a missing key": b'[[run]]\nid = "r1"\n',
    "a name that is there twice": b'[[experiment]]\nname = "a"\narchitecture = "64"\n' * 2,
    "a network that cannot be built": b'[[experiment]]\nname = "a"\narchitecture = "pool99"\n',
    "bytes that are no text": b"# caf\xe9\nformat = 1\n",
    "nothing but zeros": bytes(4_096),
    "runs in one list": b"run = []\n",
    "another kind of file": b"\x89PNG\r\n\x1a\n",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "experiments.toml"


def test_a_file_that_is_not_there_is_an_empty_notebook_and_stays_away(path: Path) -> None:
    notebook = NotebookFile(path)

    assert not notebook.changed()
    assert notebook.read() == Notebook()
    assert list(path.parent.iterdir()) == []


def test_a_new_file_begins_with_the_header(path: Path) -> None:
    NotebookFile(path).append_run(a_run())

    assert path.read_text(encoding="utf-8").startswith(HEADER + "\n[[run]]\n")
    assert NotebookFile(path).read() == Notebook((), (a_run(),))


def test_an_empty_file_begins_with_the_header_too(path: Path) -> None:
    path.touch()

    NotebookFile(path).append_experiments((a_plan(),))

    assert path.read_text(encoding="utf-8").startswith(HEADER + "\n[[experiment]]\n")


@pytest.mark.parametrize(
    "before",
    [
        HANDWRITTEN,
        HANDWRITTEN + "\n",
        HANDWRITTEN + "   # a comment at the very end",
        HANDWRITTEN.replace("\n", "\r\n"),
        HANDWRITTEN.replace("\n", "\r\n") + "\r\n",
        HANDWRITTEN + "\n[experiment.mine]\nmood = 'good'",
        '\ufeff[[experiment]]\nname = "64 units"\narchitecture = "64"',
        "# nothing but a comment",
        "\n\n\n",
    ],
)
def test_what_a_person_wrote_stays_byte_for_byte(path: Path, before: str) -> None:
    path.write_bytes(before.encode())
    known = NotebookFile(path).read()

    NotebookFile(path).append_run(a_run())

    assert path.read_bytes().startswith(before.encode())
    ends = "\r\n" if "\r\n" in before else "\n"
    assert f"{ends}{ends}[[run]]{ends}".encode() in path.read_bytes()
    assert path.read_bytes().count(b"\r") == (path.read_bytes().count(b"\n") if ends == "\r\n" else 0)
    assert NotebookFile(path).read() == replace(known, runs=(a_run(),))


@settings(max_examples=40)
@given(records=st.lists(experiments() | runs(), max_size=4))
def test_after_each_append_the_notebook_is_what_the_file_gives_back(
    tmp_path_factory: pytest.TempPathFactory, records: list[Experiment | Run]
) -> None:
    notebook = NotebookFile(tmp_path_factory.mktemp("notebook") / "experiments.toml")
    before = b""
    for record in records:
        with suppress(NotebookError):  # of a name or an id that Hypothesis drew twice
            if isinstance(record, Run):
                notebook.append_run(record)
            else:
                notebook.append_experiments((record,))
        after = notebook.path.read_bytes()
        assert after.startswith(before)
        assert after
        assert notebook.read() == NotebookFile(notebook.path).read()
        before = after
    names = {as_a_file_holds_it(each.name) for each in records if isinstance(each, Experiment)}
    assert {plan.name for plan in notebook.read().experiments} == names
    assert {run.id for run in notebook.read().runs} == {each.id for each in records if isinstance(each, Run)}


def test_a_run_is_given_back_as_the_file_holds_it_and_not_as_it_came(path: Path) -> None:
    notebook = NotebookFile(path)

    notebook.append_run(a_run(experiment="\ud800", started=datetime(2024, 1, 1, 0, 0, 0, 999, UTC), seconds=1.23456))

    (run,) = notebook.read().runs
    assert (run.experiment, run.started, run.seconds) == ("\ufffd", datetime(2024, 1, 1, tzinfo=UTC), 1.235)


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_never_written_to(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    notebook = NotebookFile(path)

    for attempt in (
        notebook.read,
        lambda: notebook.append_run(a_run("r9")),
        lambda: notebook.append_experiments((a_plan("another"),)),
    ):
        with pytest.raises(NotebookError) as error:
            attempt()
        assert str(error.value).startswith(str(path))
        assert len(str(error.value).splitlines()) == 1
    assert path.read_bytes() == content


def test_what_was_broken_and_then_mended_is_read_again(path: Path) -> None:
    notebook = NotebookFile(path)
    notebook.append_run(a_run())
    good = path.read_bytes()

    path.write_bytes(good + b"[[run\n")
    with pytest.raises(NotebookError, match=rf"line {good.count(10) + 1}: not TOML"):
        notebook.append_run(a_run("r1"))
    path.write_bytes(good)
    notebook.append_run(a_run("r1"))

    assert [run.id for run in NotebookFile(path).read().runs] == ["r0", "r1"]


def test_bytes_that_are_no_text_are_named_with_their_line(path: Path) -> None:
    path.write_bytes(b"format = 1\n\n# caf\xe9\n")

    with pytest.raises(NotebookError) as error:
        NotebookFile(path).read()

    assert str(error.value) == f"{path}, line 3: not UTF-8 text; correct it in an editor"


def test_a_folder_in_the_notebooks_place_is_an_error_of_one_line(path: Path) -> None:
    path.mkdir()

    with pytest.raises(NotebookError, match="cannot be read: Is a directory"):
        NotebookFile(path).read()
    with pytest.raises(NotebookError, match="cannot be read: Is a directory"):
        NotebookFile(path).append_run(a_run())


@pytest.mark.parametrize("blocked", ["missing/experiments.toml", "file/experiments.toml"])
def test_a_folder_that_cannot_be_used_is_an_error_of_one_line(tmp_path: Path, blocked: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(NotebookError, match="cannot be made: "):
        NotebookFile(tmp_path / blocked).append_run(a_run())


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (a_run("../up"), "id must be up to 64 letters"),
        (a_run(""), "id must be up to 64 letters"),
        (a_run(seed=-1), "seed must be at least 0"),
        (a_run(seed=10**40), "not TOML"),
        (a_run(recipe=a_plan(architecture=Architecture((MaxPooling(99),))).recipe("synthetic")), "layer 1"),
    ],
)
def test_a_run_that_could_not_be_read_again_is_not_written(path: Path, run: Run, says: str) -> None:
    NotebookFile(path).append_run(a_run("good"))
    before = path.read_bytes()

    with pytest.raises(NotebookError, match=f"nothing was added: new record.*{says}"):
        NotebookFile(path).append_run(run)

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "plan", [a_plan(" "), a_plan("other", repeats=0), a_plan("other", architecture=Architecture())]
)
def test_a_plan_that_could_not_be_read_again_is_not_written(path: Path, plan: Experiment) -> None:
    with pytest.raises(NotebookError, match="nothing was added: new record"):
        NotebookFile(path).append_experiments((a_plan(), plan))

    assert not path.exists()


def test_a_name_or_an_id_that_is_taken_is_refused_with_nothing_added(path: Path) -> None:
    notebook = NotebookFile(path)
    notebook.append_experiments((a_plan("a"), a_plan("b")))
    notebook.append_run(a_run("r0"))
    before = path.read_bytes()

    with pytest.raises(NotebookError, match="there is an experiment 'b' already; choose another name"):
        NotebookFile(path).append_experiments((a_plan("c"), a_plan("b")))
    with pytest.raises(NotebookError, match="experiment 2 has the name of experiment 1, 'd'"):
        NotebookFile(path).append_experiments((a_plan("d"), a_plan("d")))
    with pytest.raises(NotebookError, match="the run r0 is there already; nothing was added"):
        NotebookFile(path).append_run(a_run("r0", seed=1))

    assert path.read_bytes() == before


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 1, 100])
def test_on_a_full_disk_no_half_record_is_left(path: Path, room: int) -> None:
    path.write_text(HANDWRITTEN, encoding="utf-8")
    notebook = NotebookFile(path)
    notebook.run_folder("r0")

    with (
        files_at_most(path.stat().st_size + room),
        pytest.raises(NotebookError, match=r"cannot be written: .*; nothing was added"),
    ):
        notebook.append_run(a_run("r0"))

    assert path.read_text(encoding="utf-8") == HANDWRITTEN
    notebook.append_run(a_run("r0"))
    assert [run.id for run in NotebookFile(path).read().runs] == ["r0"]


def test_the_folder_of_a_run_lies_beside_the_notebook_and_out_of_gits_sight(path: Path) -> None:
    notebook = NotebookFile(path)

    folder = notebook.run_folder("r0")

    assert folder == path.parent / "runs" / "r0"
    assert folder.is_dir()
    assert notebook.run_folder("r0") == folder
    assert (path.parent / "runs" / ".gitignore").read_text(encoding="utf-8").endswith("\n*\n")


def test_the_folder_of_a_run_that_cannot_be_made_is_an_error_of_one_line(path: Path) -> None:
    notebook = NotebookFile(path)
    notebook.run_folder("r0")
    (notebook.runs_folder / "r1").touch()

    with pytest.raises(NotebookError, match="cannot be made: "):
        notebook.run_folder("r1")


@pytest.mark.parametrize("run_id", ["", ".", "..", "../up", "a/b", "/etc", "a" * 65, "-", "\ud800", "a\n"])
def test_a_run_has_no_folder_outside_the_runs(path: Path, run_id: str) -> None:
    with pytest.raises(NotebookError, match="a run's id must be up to 64 letters"):
        NotebookFile(path).run_folder(run_id)

    assert list(path.parent.iterdir()) == []


def test_new_ids_are_letters_and_digits_and_never_the_same() -> None:
    ids = {new_id() for _ in range(1_000)}

    assert len(ids) == 1_000
    for each in ids:
        assert each.isascii()
        assert each.isalnum()
        assert each[0].isalpha()


def test_a_new_id_is_one_that_a_notebook_takes(path: Path) -> None:
    run_id = new_id()

    NotebookFile(path).append_run(a_run(run_id))

    assert NotebookFile(path).read().runs[0].id == run_id
