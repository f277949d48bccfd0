"""Handwritten notebooks with everything that TOML allows and a careless editor would break."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st
from sample_records import a_plan, a_run

from fmnist_tui.lab.toml.writing import experiment_record, run_record, value_text

HANDWRITTEN = '''\
# my own notebook ✎
format = 1
title = "mine"   # a key of my own

[[experiment]]   # the first
  name = '64 units'   # its name
  # a comment inside
  "architecture" = "64"
  epochs = 2
  published = { test_accuracy = 0.8746, test_loss = 0.3511 }
  tags = [
    "a", # [[run]]
    "]",
  ]
  note = """
[[run]]
an old note \\""" with quotes""""
  repeats=3
  [experiment.mine]
  mood = 'good'

# between the two

[[ "experiment" ]]
name = "other"
architecture = "32"
baseline = true
poem = \'\'\'
[[experiment]]
name = "no\'\'\'
[[run]]
id = "by-hand"
experiment = "64 units"
architecture = "64"
dataset = "fashion-mnist"
seed = 7
epochs = 2
status = "finished"
started = 2024-11-24T08:30:00Z
parameters = 50890
[run.environment]
python = "3.12"
machine = "mine"

[[run.photo]]
file = "a.png"
'''
"""Two plans and a run in unusual TOML."""

Variant = Callable[[str], bytes]

VARIANTS: Mapping[str, Variant] = {
    "as it is": lambda text: text.encode(),
    "with the line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "with a mark at its beginning": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "without a new line at its end": lambda text: text.rstrip("\n").encode(),
}
"""Encodings and line ends in which an editor may save a text."""


_COMMENTS = ("", "", "# a comment\n", "  # [[run]]\n", "\n", "\n\n", "\t\n", "# \"\"\" and '''\n")
_OWN_LINES = (
    "mood = 'good'",
    'tags = ["a", "]", # [[run]]\n  "#",\n]',
    "poem = '''\n[[run]]\nid = \"x\"'''",
    'prose = """\\\n  \\"\\"" # said he""\n"""',
    "grid = [\n  [1, 2],\n  [3]\n]",
    'point = { x = 1, "y z" = [2, { a = "}" }] }',
    "a.b . 'c d' = 1979-05-27T07:32:00Z",
    "seen = 1979-05-27",
    '"" = 0x1F',
)
_SUB_TABLES = ("", "", "[{kind}.mine]\nx = 1\n", " [ {kind} . 'my own' ] # mine\n\n[[{kind}.photos]]\nfile = 'a'\n")


@st.composite
def notebooks(draw: st.DrawFn) -> bytes:
    """A valid notebook of up to five numbered records, in any TOML notation."""
    parts = [draw(st.sampled_from(("", "# mine\n", "format = 1\n", "format=1 # one\n\ntitle = '''\n[[run]]'''\n")))]
    for number in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(("run", "run", "experiment")))
        usual = (
            run_record(a_run(f"r{number}", seed=number))
            if kind == "run"
            else experiment_record(a_plan(f"plan {number}"))
        )
        parts += draw(st.sampled_from(_COMMENTS)), _record(draw, kind, usual)
        parts += (draw(st.sampled_from(_SUB_TABLES)).replace("{kind}", kind),)
    parts.append(draw(st.sampled_from(_COMMENTS)))
    return draw(st.sampled_from(tuple(VARIANTS.values())))("".join(parts))


def _record(draw: st.DrawFn, kind: str, record: Mapping[str, Any]) -> str:
    """Return a record with its keys in another order and notation, among unknown keys."""
    indent = draw(st.sampled_from(("", "", "  ", "\t")))
    lines = [f"{_key(draw, key)}{value_text(value)}" for key, value in record.items() if value is not None]
    if note := draw(st.none() | st.sampled_from(("'its'", '"""\nmine\n"""', "'''[[run]]'''"))):
        lines.append(f"{_key(draw, 'note')}{note}")
    lines += draw(st.lists(st.sampled_from(_OWN_LINES), max_size=2, unique=True))
    header = draw(st.sampled_from(("[[{kind}]]", "[[ {kind} ]] # new", "  [['{kind}']]", '[["{kind}"]]\t'))).replace(
        "{kind}", kind
    )
    body = "".join(
        f"{indent}{line}{draw(st.sampled_from(('', '', '  ', ' # why')))}\n{draw(st.sampled_from(_COMMENTS))}"
        for line in draw(st.permutations(lines))
    )
    return f"{header}\n{body}"


def _key(draw: st.DrawFn, key: str) -> str:
    return draw(st.sampled_from(("{key} = ", "{key} = ", "{key}=", '"{key}" = ', "'{key}'\t=  "))).replace("{key}", key)
