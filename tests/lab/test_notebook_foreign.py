"""TOML of every form beside this program's records, valid or not: no traceback, no byte changed but those meant."""

import re
from pathlib import Path

import pytest
from sample_records import a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.reading import NotebookError
from fmnist_tui.lab.toml.writing import record_text, run_record

RECORDS = [record_text("run", run_record(a_run(f"r{seed}", seed=seed))) for seed in range(2)]

VALID = {
    "an empty comment": "#\n#\t# tab\n",
    "bare keys of digits": "1234 = 1\n-_- = 2\n",
    "dotted keys": "a.b.c = 1\na . b . d = 2\n'a'.\"e\" = 3\n3.14 = 'pi'\n",
    "empty keys": '"" = 1\n',
    "quoted keys": '"key with = and # and ]" = 1\n\'[[run]]\' = 2\n"\\u00e9" = 3\n',
    "strings": 'a = "\\b\\t\\n\\f\\r\\"\\\\ \\u00e9 \\U0001F600"\nb = \'C:\\path\\n\'\nc = ""\nd = \'\'\n',
    "text over several lines": 'a = """\n[[run]]\nid = \\"x\\" ""\nq"""\nb = \'\'\'\n[[experiment]]\n\'\'q\'\'\'\n',
    "text that ends in quotes": "a = \"\"\"x\"\"\"\"\"\nb = '''x'''''\nc = \"\"\"\"\"\"\nd = ''''''\n",
    "text with a line that goes on": 'a = """\\\n   one \\\n\n   two"""\n',
    "integers": "a = +99\nb = 1_000\nc = 0xdead_BEEF\nd = 0o755\ne = 0b1101\nf = -9223372036854775808\n",
    "floats": "a = 6.626e-34\nb = 9_224_617.445_991\nc = -inf\nd = +nan\ne = 1e06\nf = -0.0\n",
    "moments": "a = 1979-05-27T07:32:00Z\nb = 1979-05-27 00:32:00.999999-07:00\nc = 1979-05-27\nd = 07:32:00.5\n",
    "lists": "a = [ [ 1, 2 ], ['a', \"b]\"], # [\n [], {x = 1},\n ]\nb = [\n]\n",
    "inline tables": "a = { x = 1, y.z = { 'k' = [ { q = '}' } ] } }\nb = {}\n",
    "tables": "[a]\n[a.b]\nx = 1\n[ c . 'd.e' ]\n[[f]]\n[[f.g]]\n[f.g.h]\n[[f]]\n",
    "a table before its parent": "[x.y.z.w]\n[x]\nk = 1\n",
    "indented": "  a = 1\n\t[t]\n\t\tb = 2\n",
    "no space": "a=1\nb='x'#comment\n[t]#comment\nc=[1,2]#[\n",
    "blank lines": "\n\n   \n\t\na = 1\n\n\n",
    "letters of all kinds": "a = 'ñ ∀ 😀 \u202e'\n# 漢字 \u00a0\n",
}
"""Texts that are TOML and hold no record."""

INVALID = {
    "a key without a value": "a =\n",
    "a key alone": "a\n",
    "two keys on a line": "a = 1 b = 2\n",
    "a key twice": "a = 1\na = 2\n",
    "a table twice": "[a]\n[a]\n",
    "a dotted key into a value": "a = 1\na.b = 2\n",
    "an inline table that is extended": "a = {}\n[a.b]\n",
    "an inline table over lines without an end": "a = { x = 1\n",
    "a list as a table": "a = []\n[[a]]\n",
    "a list without an end": "a = [1, 2\n",
    "text without an end": 'a = "x\n',
    "text over lines without an end": 'a = """x\n\n',
    "an unknown escape": 'a = "\\q"\n',
    "half an escape": 'a = "\\u00"\n',
    "a surrogate": 'a = "\\ud800"\n',
    "a control character": "a = 'x\x00'\n",
    "a control character in a comment": "# \x07\n",
    "a bare carriage return": "a = 1\rb = 2\n",
    "a leading zero": "a = 007\n",
    "a double underscore": "a = 1__0\n",
    "a point without digits": "a = 1.\n",
    "a day that is none": "a = 2021-02-30\n",
    "an hour that is none": "a = 25:00:00\n",
    "a word": "a = yes\n",
    "True": "a = True\n",
    "a header without an end": "[a\n",
    "a header with more on its line": "[a] b = 1\n",
    "an empty header": "[]\n",
    "a run as a table": "[run]\nid = 'x'\n",
    "runs as a list": "run = []\n",
}
"""Texts that are no TOML, or no notebook."""

AT_THE_TOP = ("an inline table that is extended", "a list as a table", "runs as a list")
"""Those that are no notebook only before the first header: within a record their first key is the record's."""

PLACES = ("before", "between", "after")


def with_records(foreign: str, place: str) -> str:
    """Return two records with a text before, between or after them."""
    parts = [*RECORDS]
    parts.insert(PLACES.index(place), foreign)
    return "".join(parts)


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", VALID)
def test_edits_beside_foreign_toml_change_their_own_bytes_alone(
    tmp_path: Path, name: str, place: str, ends: str
) -> None:
    path = tmp_path / "experiments.toml"
    before = with_records(VALID[name], place).replace("\n", ends).encode()
    path.write_bytes(before)
    notebook = NotebookFile(path)

    notebook.edit_run("r1", {"note": "x"})
    assert re.sub(rb'(?m)^[ \t]*note = "x"\r?\n', b"", path.read_bytes()) == before
    notebook.edit_run("r1", {"note": None})
    assert path.read_bytes() == before
    notebook.restore(notebook.delete(["r0"]))
    assert path.read_bytes() == before
    notebook.append_run(a_run("new", seed=9))
    assert path.read_bytes().startswith(before)
    assert [run.id for run in NotebookFile(path).read().runs] == ["r0", "r1", "new"]


@pytest.mark.parametrize(
    ("name", "place"),
    [(name, place) for name in INVALID for place in PLACES if place == "before" or name not in AT_THE_TOP],
)
def test_what_is_no_toml_is_refused_in_a_line_and_left_byte_for_byte(tmp_path: Path, name: str, place: str) -> None:
    path = tmp_path / "experiments.toml"
    before = with_records(INVALID[name], place).encode()
    path.write_bytes(before)
    notebook = NotebookFile(path)

    for attempt in (
        notebook.read,
        lambda: notebook.append_run(a_run("new")),
        lambda: notebook.edit_run("r0", {"note": "x"}),
        lambda: notebook.delete(["r0"]),
    ):
        with pytest.raises(NotebookError) as refused:
            attempt()
        assert str(refused.value).startswith(str(path))
        assert str(refused.value).isprintable()
    assert path.read_bytes() == before
