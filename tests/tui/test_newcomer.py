"""A newcomer's task by keys alone, as docs/app.md tells it."""

import re
from pathlib import Path

from lab_screen import MakeLab, opened

from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.tui.editor.draft import Draft

PAGE = Path(__file__).parents[2] / "docs" / "app.md"
WANTED = "conv32x3-pool2-flatten-dense128-drop0.5"
NAMES = {"]": "right_square_bracket", "[": "left_square_bracket", "Enter": "enter"}


def keys_on_the_page() -> list[str]:
    """Return the keys of the page's table, as Textual names them."""
    section = PAGE.read_text(encoding="utf-8").split("## From nothing to a convolutional network")[1]
    table = section.split("`t` trains it")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [NAMES.get(key, key) for cell in cells for key in re.findall(r"`(.+?)`", cell)]


async def test_from_nothing_to_a_convolutional_net_in_the_keys_that_the_page_shows(lab: MakeLab) -> None:
    keys = keys_on_the_page()
    app = lab()
    drafts: list[Draft] = []
    async with opened(app) as pilot:
        await pilot.press("N")
        for key in keys:
            await pilot.press(key)
            if not drafts or _content(app.main.editor.draft) != _content(drafts[-1]):
                drafts.append(app.main.editor.draft)

        draft = drafts[-1]
        assert shorthand(draft.architecture) == WANTED
        assert draft.training.learning_rate == 0.0005
        assert draft.seeds.repeats == 5
        assert len(keys) <= 40
        assert f"{len(keys)} keys" in PAGE.read_text(encoding="utf-8")

        for before in reversed(drafts[:-1]):
            await pilot.press("u")
            assert _content(app.main.editor.draft) == _content(before)


def _content(draft: Draft) -> tuple[object, ...]:
    return draft.layers, draft.training, draft.seeds
