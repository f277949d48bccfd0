"""No text from a notebook, or from a person, acts on the terminal that the app draws on."""

import base64
from pathlib import Path

import pytest
from command_line import PROGRAM, WITHOUT_TENSORFLOW
from control_characters import ALL, reached
from lab_screen import MakeLab, opened, until
from rich.segment import Segment
from sample_records import RUN, a_plan, a_run
from terminal import Terminal
from textual.color import Color
from textual.widgets import Input

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.history.input_line import InputLine
from fmnist_tui.tui.widgets.text import VisibleText

APP = (PROGRAM[0], "-c", WITHOUT_TENSORFLOW, "--dataset", "synthetic")


@pytest.fixture
def hostile(notebook: NotebookFile) -> NotebookFile:
    """A notebook whose every text acts."""
    environment = RUN.environment and type(RUN.environment)(*[ALL] * 5)
    texts = {"note": ALL, "section": ALL, "hypothesis": ALL}
    notebook.append_experiments((a_plan(ALL, baseline=True, **texts), a_plan(f"b{ALL}", **texts)))
    notebook.append_run(a_run("r0", experiment=ALL, note=ALL, environment=environment))
    notebook.append_run(a_run("r1", experiment=f"b{ALL}", seed=1, note=ALL, environment=environment))
    notebook.append_run(a_run("r2", experiment=f"b{ALL}", status="failed", test=None, reason=ALL, note=ALL))
    return notebook


PASTED = "p\x07\x9b31337m\x7f\u202e\u2066\u200b\U000e0041p"
"""What no key types; a terminal lets no ESC be pasted."""


def paste(terminal: Terminal) -> None:
    """Paste a text that acts."""
    terminal.send(f"\x1b[200~{PASTED}\x1b[201~".encode())


def test_every_screen_shows_a_notebook_s_text_as_signs(folder: Path, hostile: NotebookFile) -> None:
    with Terminal(APP, folder, columns=150, rows=45) as terminal:
        terminal.wait_for("ready · synthetic")
        terminal.press("tab", "tab", "E")
        terminal.wait_for("▾ ba")

        for key, label, told in (
            ("n", "note", "note saved: ?"),
            ("H", "hypothesis", "hypothesis saved: ?"),
            ("R", "name", "renamed to ?"),
        ):
            terminal.press(key)
            terminal.wait_for(f"┃ ?{label} ")
            terminal.wait_for("␇-␛]2;TITLE|�-�")
            terminal.press("!", "enter")
            terminal.wait_for(told)

        terminal.press("/", "name~a")
        terminal.wait_for("Tab: .a.x1b]52")
        terminal.press("tab")
        terminal.wait_for("1 of 2")
        terminal.press("enter")
        terminal.wait_for("filter: name~")
        terminal.press("escape")
        terminal.wait_for(lambda seen: "filter: name~" not in seen.text)
        terminal.press("/", "acc>")
        terminal.wait_for("filter acc>")
        paste(terminal)
        terminal.wait_for("acc>p␇�31337m␡����p")
        terminal.press("escape")
        terminal.wait_for(lambda seen: "acc>p" not in seen.text)

        terminal.press("i")
        terminal.wait_for("recipe +64 · adam")
        terminal.press("escape")
        terminal.wait_for(lambda seen: "recipe" not in seen.text)
        terminal.press("v", " ", "G", " ")
        terminal.wait_for("● 2 marked")
        terminal.press("v")
        terminal.wait_for("2 experiments · compared with")
        terminal.press("y")
        terminal.wait_for("copied, and written to runs/copied/")
        terminal.press("escape")
        terminal.wait_for("● 2 marked")
        terminal.press("g", "e")
        terminal.wait_for("predicted +1000")
        terminal.press("escape")
        terminal.wait_for("● 2 marked")
        terminal.press("y")
        terminal.wait_for("name +a.x1b]52")
        terminal.press("name", "enter")
        terminal.wait_for("copied/name.txt")
        terminal.press("?")
        terminal.wait_for("help: History")
        terminal.press("escape")
        terminal.wait_for("● 2 marked")
        terminal.press(":")
        terminal.wait_for("Search for commands")
        paste(terminal)
        terminal.wait_for("31337m␡")
        terminal.press("escape")
        terminal.wait_for(lambda seen: "31337m␡" not in seen.text)

        terminal.press("x")
        terminal.wait_for("marked +a.x1b]52")
        terminal.press("enter")
        terminal.wait_for("written: report.md")
        terminal.press("c")
        terminal.wait_for("┏━ 1 Architecture")
        terminal.press("v")
        terminal.wait_for("a.x1b]52.*\n(.*\n)*.*no differences")
        terminal.press("escape")
        terminal.wait_for(lambda seen: "no differences" not in seen.text)
        terminal.press("A")
        terminal.wait_for("Activations: relu")
        paste(terminal)
        terminal.wait_for("64p␇�31337m␡����p")
        terminal.press("escape")
        terminal.wait_for(lambda seen: "Activations: relu" not in seen.text)
        terminal.press("q")
        assert terminal.wait_for_end() == 0

    assert reached(terminal.output) == set()
    copied = [base64.b64decode(each.partition(b"\x07")[0]) for each in terminal.output.split(b"\x1b]52;c;")[1:]]
    assert copied[-1].decode() == f"{ALL}!\n"
    plan = NotebookFile(hostile.path).read().experiments[0]
    assert (plan.name, plan.note, plan.hypothesis) == (f"{ALL}!", f"{ALL}!", f"{ALL}!")


async def test_what_is_edited_is_seen_as_signs_and_given_back_unchanged(lab: MakeLab, hostile: NotebookFile) -> None:
    async with opened(lab(), columns=140, rows=45) as pilot:
        await pilot.press("tab", "tab", "n")
        line = pilot.app.query_one("#edit-line", InputLine)
        await until(pilot, lambda: line.is_open)
        field = line.query_one(Input)

        assert field.value == ALL
        drawn = field.render_line(0).text
        assert drawn.isprintable()
        assert drawn.startswith("a␛]52;c;aGFja2Vk␇")
        assert field._position_to_cell(len(ALL)) == len(ALL)

        await pilot.press("home", "right", "delete", "enter")
        await until(pilot, lambda: NotebookFile(hostile.path).read().experiments[0].note == f"a{ALL[2:]}")


def test_what_nothing_else_has_made_visible_is_drawn_as_signs() -> None:
    plain, acting = Segment("é 漢字 👩‍👩‍👧"), Segment("\x1b]2;x\x07\u202e")

    drawn = VisibleText().apply([plain, acting], Color(0, 0, 0))

    assert [each.text for each in drawn] == [plain.text, "␛]2;x␇�"]
    assert VisibleText().apply([Segment("plain")], Color(0, 0, 0)) == [Segment("plain")]
