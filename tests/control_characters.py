"""Texts with control or invisible characters, and a check which of them reached a terminal."""

ACTING = {
    "the clipboard": "\x1b]52;c;aGFja2Vk\x07",
    "a title": "\x1b]2;TITLE\x07",
    "a colour": "\x1b[31337m",
    "a device control": "\x1bPhacked\x1b\\",
    "other C0 controls": "\x01\x08\x0b\x0c\x0e\x0f\x1a\x1c\x1f",
    "DEL": "\x7f",
    "a CSI of one character": "\x9b31337m",
    "an OSC of one character": "\x9d2;TITLE\x9c",
    "other C1 controls": "\x80\x84\x85\x8d\x90\x98\x9e\x9f",
    "separators": "\u2028\u2029",
    "overrides": "\u202a\u202b\u202c\u202d\u202e",
    "isolates": "\u2066\u2067\u2068\u2069",
    "marks of direction": "\u061c\u200e\u200f",
    "no width": "\u00ad\u034f\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff",
    "blank letters": "\u115f\u1160\u3164\uffa0",
    "annotations": "\ufff9\ufffa\ufffb",
    "tags": "\U000e0001\U000e0041\U000e007f",
    "lines and tabs": "one\ntwo\rthree\tfour",
}
"""Examples of all kinds of control and invisible characters, without lone surrogates, which files cannot hold."""

ALL = f"a{'-'.join(ACTING.values())}z"
"""All of them, between letters, so that nothing is stripped at the ends."""

NOWHERE = {character for text in ACTING.values() for character in text if not character.isprintable()} | set(
    ACTING["blank letters"]
)
"""Characters that must never be printed from a text."""

OWN = "\x1b\x07\n\r\t\x08\x0e\x0f"
"""Control characters that the program itself sends to draw."""


def reached(raw: bytes) -> set[str]:
    """Return which of the sequences and characters are in the bytes sent to a terminal."""
    characters = {character for character in NOWHERE - set(OWN) if character.encode() in raw}
    sequences = {name for name, text in ACTING.items() if "\x1b" in text and text.encode() in raw}
    return sequences | characters
