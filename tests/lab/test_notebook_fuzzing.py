"""Whatever a file holds, it is a notebook or refused in one line that names it; what is refused is never written to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from handwritten_notebooks import HANDWRITTEN, notebooks
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sample_records import a_plan, a_run
from strategies import HOSTILE, as_a_file_holds_it, hostile_text

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.locating import sections, statements
from fmnist_tui.lab.toml.reading import NotebookError
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record

RUN = run_record(a_run(reason="x", note="y", starred=True, best=a_run().test))
PLAN = experiment_record(
    a_plan(section="s", hypothesis="h", note="n", starred=True, baseline=True, dataset="synthetic")
)
PLAN["published"] = {"test_accuracy": 0.8, "test_loss": 0.5}

PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from((0, -1, 1, 2**31, 1_001)),
    st.floats(),
    st.sampled_from(("", "64", "finished", "adam", "conv99x99", "../up", *HOSTILE)),
    st.just(datetime(2024, 1, 1, tzinfo=UTC)),
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
"""Values of every kind that TOML has, nested too."""

RAW = st.sampled_from(
    ("1979-05-27", "07:32:00", "1979-05-27T07:32:00", "0x1F", "1e400", "-nan", "'''a\nb'''", '"""\\\n"""')
)
"""Values that this program never writes, as a person may."""


def without_none(value: Any) -> Any:
    """Return a value without what TOML cannot say."""
    if isinstance(value, list):
        return [without_none(each) for each in value if each is not None]
    if isinstance(value, dict):
        return {key: without_none(each) for key, each in value.items() if each is not None}
    return value


@st.composite
def records(draw: st.DrawFn) -> str:
    """A record with some of its values replaced by others of any kind, and some keys left out."""
    kind, usual = draw(st.sampled_from((("run", RUN), ("experiment", PLAN))))
    record = dict(usual)
    for key in draw(st.lists(st.sampled_from(sorted(usual)), max_size=3)):
        record[key] = without_none(draw(VALUES))
    text = record_text(kind, record)
    if draw(st.integers(0, 4)) == 0:
        key = draw(st.sampled_from(sorted(usual)))
        text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(f"{key} = "))
        text += f"{key} = {draw(RAW)}\n"
    return text


def _as_text(data: bytes) -> str:
    return data.decode("utf-8-sig")


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """A file: records good and bad, then cut, doubled or written over in places."""
    parts = st.one_of(
        records(),
        st.just(HANDWRITTEN),
        notebooks().map(_as_text),
        hostile_text(),
        st.sampled_from(("[[run]]\n", "run = []\n", "\n")),
    )
    data = "".join(draw(st.lists(parts, max_size=4))).encode("utf-8", "surrogatepass")
    for _ in range(draw(st.integers(0, 2))):
        start, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        between = draw(st.binary(max_size=4) | st.sampled_from((b'"', b"'", b"[", b"]", b"\n", b"=", b'"""', b"\r")))
        data = data[:start] + between + data[start + length :]
    return data


@settings(max_examples=200)
@given(content=documents())
def test_a_file_is_a_notebook_or_refused_and_left_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("notebook") / "experiments.toml"
    path.write_bytes(content)
    notebook = NotebookFile(path)
    try:
        held = notebook.read()
    except NotebookError as error:
        assert_refused_everywhere(path, content, str(error))
        return
    assert all(remark.startswith(str(path)) and without_joiners(remark).isprintable() for remark in held.remarks)

    notebook.append_run(a_run("appended"))

    assert path.read_bytes().startswith(content)
    assert notebook.read().runs[-1].id == "appended"
    assert repr(NotebookFile(path).read()) == repr(notebook.read())


def without_joiners(text: str) -> str:
    """Return a text without what joins emoji, which acts on no terminal."""
    return text.replace("\u200c", "").replace("\u200d", "")


def assert_refused_everywhere(path: Path, content: bytes, message: str) -> None:
    """Assert that a file that cannot be read is not written to, and that each refusal is one line that names it."""
    notebook = NotebookFile(path)
    recipe = a_plan().recipe("synthetic")
    attempts: tuple[Callable[[], object], ...] = (
        notebook.read,
        lambda: notebook.append_run(a_run()),
        lambda: notebook.append_experiments((a_plan(),)),
        lambda: notebook.edit_run("r0", {"note": "x"}),
        lambda: notebook.edit_experiment("64 units", recipe, {"note": "x"}),
        lambda: notebook.delete(["r0"]),
    )
    for attempt in attempts:
        with pytest.raises(NotebookError) as error:
            attempt()
        assert str(error.value) == message
    assert message.startswith(str(path))
    assert without_joiners(message).isprintable()
    assert len(message) < 1_000
    assert path.read_bytes() == content


@settings(max_examples=80)
@given(content=notebooks(), note=hostile_text(), data=st.data())
def test_a_record_is_edited_deleted_and_restored_alone_however_it_is_written(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, note: str, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("notebook") / "experiments.toml"
    path.write_bytes(content)
    notebook = NotebookFile(path)
    before = notebook.read()
    assume(before.runs or before.experiments)
    run_id = data.draw(st.sampled_from([run.id for run in before.runs])) if before.runs else None
    plan = data.draw(st.sampled_from(before.experiments)) if before.experiments else None

    deleted = notebook.delete([run_id] if run_id else [], plan.name if plan else None)
    assert [run.id for run in notebook.read().runs] == [run.id for run in before.runs if run.id != run_id]
    assert [each.name for each in notebook.read().experiments] == [p.name for p in before.experiments if p != plan]
    notebook.restore(deleted)
    assert path.read_bytes() == content

    wanted = as_a_file_holds_it(note) or None
    if run_id:
        notebook.edit_run(run_id, {"note": note, "starred": True})
    if plan:
        notebook.edit_experiment(plan.name, plan.recipe("synthetic"), {"note": note, "repeats": 7})
    assert NotebookFile(path).read() == replace(
        before,
        runs=tuple(replace(each, note=wanted, starred=True) if each.id == run_id else each for each in before.runs),
        experiments=tuple(replace(p, note=wanted, repeats=7) if p == plan else p for p in before.experiments),
    )
    assert_only_lines_of_keys_changed(content, path.read_bytes(), ("note", "starred", "repeats"))


def assert_only_lines_of_keys_changed(before: bytes, after: bytes, keys: tuple[str, ...]) -> None:
    """Assert that what is left of two texts without the lines of some keys is the same."""
    assert _without(before, keys) == _without(after, keys)


def _without(data: bytes, keys: tuple[str, ...]) -> str:
    text = data.decode("utf-8-sig")
    for section in reversed(tuple(sections(text))):
        for statement in reversed(tuple(statements(text, section))):
            if statement.key in {(key,) for key in keys}:
                text = text[: statement.start] + text[statement.end :]
    return text.rstrip("\r\n")
