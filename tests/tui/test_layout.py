"""Three panes: which has the room, at every size; and what is said where there is none."""

import pytest
from lab_screen import LabPilot, MakeLab, line_with, opened, screen_text, shows, until

TITLES = ("1 Architecture", "2 Training", "3 History")


def panes_with_a_border(pilot: LabPilot) -> list[str]:
    """Return the titles that stand in a border, which those of panes shrunk to a line do not."""
    return [title for title in TITLES if f"━ {title} ━" in screen_text(pilot) or f"─ {title} ─" in screen_text(pilot)]


def pane_in_focus(pilot: LabPilot) -> str:
    """Return the only title that stands in a heavy border."""
    (title,) = (title for title in TITLES if f"┏━ {title} ━" in screen_text(pilot))
    return title


async def test_a_narrow_screen_gives_the_room_to_the_pane_in_focus(lab: MakeLab) -> None:
    async with opened(lab(), columns=80, rows=24) as pilot:
        for key, title in (("", TITLES[0]), ("tab", TITLES[1]), ("tab", TITLES[2]), ("tab", TITLES[0])):
            await pilot.press(*([key] if key else []))

            assert panes_with_a_border(pilot) == [title]
            assert pane_in_focus(pilot) == title
            for other in set(TITLES) - {title}:
                assert line_with(pilot, other).startswith(f" {other} ")


@pytest.mark.parametrize("columns", [120, 200])
async def test_a_wide_screen_shows_all_panes(lab: MakeLab, columns: int) -> None:
    async with opened(lab(), columns=columns, rows=40) as pilot:
        assert panes_with_a_border(pilot) == list(TITLES)
        assert pane_in_focus(pilot) == TITLES[0]

        await pilot.press("shift+tab")

        assert panes_with_a_border(pilot) == list(TITLES)
        assert pane_in_focus(pilot) == TITLES[2]


async def test_numbers_lead_to_the_panes(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        for key, title in zip("312", (TITLES[2], TITLES[0], TITLES[1]), strict=True):
            await pilot.press(key)
            assert pane_in_focus(pilot) == title


@pytest.mark.parametrize("columns", [80, 140])
async def test_a_pane_can_have_the_whole_screen(lab: MakeLab, columns: int) -> None:
    async with opened(lab(), columns=columns, rows=40) as pilot:
        before = panes_with_a_border(pilot)
        for title in TITLES:
            await pilot.press("f")

            assert panes_with_a_border(pilot) == [title]
            assert all(other not in screen_text(pilot) for other in set(TITLES) - {title})
            assert len(line_with(pilot, title)) == columns

            await pilot.press("f", "tab")

        assert panes_with_a_border(pilot) == before


async def test_a_zoomed_pane_gives_way_to_the_next_one(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("f", "tab")

        assert panes_with_a_border(pilot) == [TITLES[1]]
        assert TITLES[0] not in screen_text(pilot)


@pytest.mark.parametrize(("columns", "rows"), [(59, 24), (80, 19), (20, 5)])
async def test_a_screen_too_small_says_so(lab: MakeLab, columns: int, rows: int) -> None:
    async with opened(lab(), columns=columns, rows=rows) as pilot:
        words = " ".join(screen_text(pilot).split())

        assert words == "fmnist-tui needs a terminal of at least 60×20"


async def test_a_screen_that_grows_shows_the_panes_again(lab: MakeLab) -> None:
    async with opened(lab(), columns=40, rows=10) as pilot:
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: panes_with_a_border(pilot) == [TITLES[0]])

        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: panes_with_a_border(pilot) == list(TITLES))


async def test_a_screen_that_was_too_small_for_a_while_is_steered_on_from_the_same_pane(lab: MakeLab) -> None:
    app = lab()
    async with opened(app, columns=80, rows=24) as pilot:
        await pilot.press("tab")
        await pilot.resize_terminal(40, 20)
        await shows(pilot, "needs a terminal")
        await pilot.resize_terminal(80, 24)

        await until(pilot, lambda: app.main.focused is app.main.training.focus_target)


@pytest.mark.parametrize(("columns", "rows"), [(60, 20), (80, 24), (119, 30), (120, 40), (200, 50)])
async def test_nothing_is_wider_or_higher_than_the_screen(lab: MakeLab, columns: int, rows: int) -> None:
    async with opened(lab("auto"), columns=columns, rows=rows) as pilot:
        for _ in TITLES:
            lines = screen_text(pilot).splitlines()
            assert len(lines) == rows
            assert max(map(len, lines)) <= columns
            assert lines[-1].endswith("? Help  q Quit")
            await pilot.press("tab")


async def test_synthetic_garments_are_announced_above_everything(lab: MakeLab) -> None:
    async with opened(lab("auto")) as pilot:
        assert screen_text(pilot).splitlines()[0].strip() == (
            "SYNTHETIC GARMENTS, not Fashion-MNIST: `fmnist-tui data` says how to get it"
        )
        assert "synthetic" in line_with(pilot, "2 Training")


async def test_nothing_is_announced_on_fashion_mnist(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        assert "SYNTHETIC" not in screen_text(pilot)
        assert "Fashion-MNIST" in line_with(pilot, "2 Training")
