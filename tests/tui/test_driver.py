"""What a terminal sends is read, whatever it is; a reading that breaks all the same is told."""

import random
from pathlib import Path

import pytest
from command_line import PROGRAM
from terminal import Terminal
from textual.events import Key, Paste
from textual.message import Message

from fmnist_tui.tui.driver import TerminalReader

APP = (*PROGRAM, "--dataset", "synthetic")

BREAKS = """
import os
from fmnist_tui.tui.driver import TerminalDriver

def broken(self):
    raise OSError(22, "no such reading")

TerminalDriver.run_input_thread = broken
from fmnist_tui.cli import main
main()
"""
"""The program with a reading thread that dies."""

UNREADABLE = {
    "a Latin-1 letter": b"\xe9",
    "a continuation alone": b"\x80\x80",
    "a character cut short": b"\xf0\x9f",
    "an encoded surrogate": b"\xed\xa0\x80",
    "a key with an alternate": b"\x1b[1:u",
    "a key that is no character": b"\x1b[1114112u",
    "a key too large": b"\x1b[99999999999999999999u",
    "a key without a number": b"\x1b[:A",
}


def typed(events: list[Message]) -> str:
    """Return the characters that were typed or pasted."""
    characters = (each.character or "" if isinstance(each, Key) else "" for each in events)
    return "".join(characters) + "".join(each.text for each in events if isinstance(each, Paste))


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_ignored_and_what_follows_is_read(data: bytes) -> None:
    reader = TerminalReader()

    events = [*reader.read(b"a"), *reader.read(data), *reader.read(b"b"), *reader.read("é漢".encode())]

    assert typed(events) == "abé漢"


def test_a_character_may_come_in_pieces() -> None:
    reader = TerminalReader()

    assert typed([event for byte in "é漢👩".encode() for event in reader.read(bytes([byte]))]) == "é漢👩"


PASTED = {
    "plain": "one\ntwo",
    "nothing": "",
    "an escape first": "\x1b[31mred",
    "escapes all through": "a\x1bb\x1b[Ac\x1b\x1b[200~d\x1b",
    "a long text after an escape": "\x1bq" + "é漢" * 40,
}


@pytest.mark.parametrize("size", [1, 5, 1_000], ids="pieces of {}".format)
@pytest.mark.parametrize("text", PASTED.values(), ids=PASTED)
def test_a_paste_is_taken_whole_and_is_no_keys_though_it_holds_escapes_and_comes_in_pieces(
    text: str, size: int
) -> None:
    reader = TerminalReader()
    data = f"x\x1b[200~{text}\x1b[201~y\x1b[Az".encode()

    events = [event for at in range(0, len(data), size) for event in reader.read(data[at : at + size])]

    assert [each.text if isinstance(each, Paste) else each.key for each in events if isinstance(each, Key | Paste)] == [
        "x",
        text,
        "y",
        "up",
        "z",
    ]


def test_no_bytes_at_all_break_the_reading() -> None:
    dice = random.Random(7)
    pieces = (
        b"\x1b",
        b"[",
        b"<",
        b"M",
        b";",
        b"u",
        b"~",
        b"?",
        b"$y",
        b"1",
        b"9" * 10,
        b":",
        b"200~",
        b"\xe9",
        b"\xff",
    )
    for _ in range(3_000):
        reader = TerminalReader()
        reader.read(b"\x1b[" + b"".join(dice.choices(pieces, k=8)))
        reader.read(b"\x1b[201~" + b"\x1b" * 40)


def test_a_latin_1_letter_does_not_end_the_app(folder: Path) -> None:
    with Terminal(APP, folder) as terminal:
        terminal.wait_for("▸ 2 dense 64")
        terminal.send(b"\xe9")
        terminal.send(b"\xff\xfe\x1b[1114112u")
        terminal.press("=", "9")
        terminal.wait_for("▸ 2 dense 9")
        terminal.press("enter", "q")

        assert terminal.wait_for_end() == 0


def test_a_reading_that_breaks_is_told_and_is_no_success(folder: Path) -> None:
    with Terminal((PROGRAM[0], "-c", BREAKS, "--dataset", "synthetic"), folder) as terminal:
        assert terminal.wait_for_end() == 1
        assert terminal.settings_restored

    (log,) = folder.rglob("stderr.log")
    assert "no such reading" in log.read_text()
    assert "the app crashed; details in" in terminal.text.replace("\n", "")
