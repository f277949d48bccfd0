"""Draw docs/session.svg, a session of the real app as an animation: `python docs/session.py`.

The app is driven by keys, as a user would, and trains on Fashion-MNIST; the clock below each frame is that of the
session, and waits are shortened. CSS alone animates the file, so that it moves as a picture on a page; where nothing
moves, it shows the training. Rows that several frames share are drawn once.
"""

import asyncio
import io
import os
import re
import time
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME
from textual.pilot import Pilot

from fmnist_tui.lab.experiments.presets import published_experiments
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.app import LabApp

PAGE = Path(__file__).parent / "session.svg"
COLUMNS, ROWS = 80, 24
WIDTH, HEIGHT, MARGIN = 9.0, 19.0, 12.0
FONT = "'DejaVu Sans Mono', 'Cascadia Mono', Menlo, Consolas, 'Liberation Mono', monospace"
MOST_TRAINING_FRAMES = 16


@dataclass(frozen=True, slots=True)
class Frame:
    rows: tuple[tuple[Segment, ...], ...]
    seconds: float
    """How long it is shown."""
    caption: str
    clock: float
    """Seconds since all was loaded."""


@dataclass(slots=True)
class Session:
    pilot: Pilot[None]
    began: float = field(default_factory=time.monotonic)
    frames: list[Frame] = field(default_factory=list)

    @property
    def app(self) -> LabApp:
        app = self.pilot.app
        assert isinstance(app, LabApp)
        return app

    def text(self) -> str:
        return "\n".join("".join(segment.text for segment in row) for row in self.rows())

    def rows(self) -> tuple[tuple[Segment, ...], ...]:
        console = Console(
            width=COLUMNS, height=ROWS, file=io.StringIO(), force_terminal=True, color_system="truecolor", record=True,
            legacy_windows=False, safe_box=False,
        )  # fmt: skip
        screen = self.pilot.app.screen
        console.print(screen._compositor.render_update(full=True, screen_stack=self.pilot.app._background_screens))
        lines = Segment.split_lines(Segment.filter_control(console._record_buffer))
        return tuple(tuple(line) for line in lines)[:ROWS]

    def show(self, seconds: float, caption: str) -> None:
        self.frames.append(Frame(self.rows(), seconds, caption, time.monotonic() - self.began))

    async def press(self, *keys: str, seconds: float, caption: str, until: str = "") -> None:
        await self.pilot.press(*keys)
        await self.wait(until)
        self.show(seconds, caption)

    async def wait(self, pattern: str) -> None:
        for _ in range(1500):
            await self.pilot.pause(0.02)
            if re.search(pattern, self.text(), re.DOTALL):
                await self.pilot.pause(0.3)
                return
        raise TimeoutError(f"{pattern!r} did not come:\n{self.text()}")


async def play(session: Session) -> None:
    press = session.press
    await session.wait("Fashion-MNIST")
    await session.wait("press t to train")
    session.began = time.monotonic()
    session.show(2.5, "fmnist-tui: a network of one layer")
    await press("A", seconds=1.2, caption="A: the architecture as text")
    for typed in ("minus", "3", "2"):
        await press(typed, seconds=0.4, caption="typed: -32")
    await press("enter", seconds=2.0, caption="Enter: two hidden layers, with shapes and parameters", until="52,650")
    await press("t", "2", seconds=0.8, caption="t: train it on 48,000 images; 2: its curves")
    await train(session)
    await press("3", seconds=2.5, caption="3: the history; the result stands with the report's own", until="64-32")
    await press("enter", seconds=1.5, caption="Enter: its runs")
    await press("j", seconds=0.6, caption="j: to the run")
    await press("e", seconds=3.5, caption="e: what this network gets wrong", until="Shirt")
    await press("q", seconds=0.3, caption="q: back")
    await press("I", seconds=3.5, caption="I: inside it: what its units look for", until="fires")
    await press("enter", seconds=3.0, caption="Enter: one unit, and the images that excite it most")
    await press("q", "q", seconds=0.4, caption="q: back")
    await press("C", seconds=4.0, caption="C: what the results say, and what to try next", until="single-run")


async def train(session: Session) -> None:
    """Show the training by some of its moments, as many for a slow machine as for a fast one."""
    seen: list[Frame] = []
    while not session.app.notebook_file.read().runs:
        await session.pilot.pause(0.25)
        session.show(0.45, "an epoch after another; the curves grow")
        frame = session.frames.pop()
        if not seen or [text_of(row) for row in frame.rows] != [text_of(row) for row in seen[-1].rows]:
            seen.append(frame)
    step = max(1, len(seen) // MOST_TRAINING_FRAMES)
    session.frames += seen[:-1:step]
    await session.pilot.pause(0.5)
    session.show(2.0, "trained and kept in experiments.toml")


def text_of(row: tuple[Segment, ...]) -> str:
    return "".join(segment.text for segment in row)


class Drawing:
    """The SVG: a class for each style, a symbol for each distinct row, a group for each frame."""

    def __init__(self) -> None:
        self.styles: dict[str, str] = {}
        self.rows: dict[str, str] = {}

    def row(self, row: tuple[Segment, ...]) -> str:
        """Return the name of a row's symbol; empty for one without anything on it."""
        grounds, texts = [], []
        column = 0
        for segment in row:
            front, back, bold = colours(segment.style or Style())
            width = segment.cell_length
            if back != GROUND:
                grounds.append(
                    f'<rect x="{column * WIDTH:g}" width="{width * WIDTH:g}" height="{HEIGHT}" fill="{back}"/>'
                )
            for blocks in re.finditer("█+|▀+|▄+", segment.text):  # as shapes, as fonts leave gaps between them
                x, length = (column + blocks.start()) * WIDTH, len(blocks[0]) * WIDTH
                top, part = BLOCKS[blocks[0][0]]
                texts.append(f'<path fill="{front}" d="M{x:g} {top:g}h{length:g}v{part:g}h-{length:g}z"/>')
            for words in re.finditer(r"[^\s█▀▄]+(?: [^\s█▀▄]+)*", segment.text):
                at = (column + words.start()) * WIDTH
                name = self.styles.setdefault(f"fill:{front}" + ";font-weight:bold" * bold, f"s{len(self.styles)}")
                length = f' textLength="{len(words[0]) * WIDTH:g}"' if len(words[0]) > 1 else ""
                texts.append(f'<text class="{name}" x="{at:g}" y="14.5"{length}>{escape(words[0])}</text>')
            column += width
        drawn = "".join(merged(grounds) + texts)
        return self.rows.setdefault(drawn, f"r{len(self.rows)}") if drawn else ""

    def svg(self, frames: list[Frame], poster: int) -> str:
        whole = sum(frame.seconds for frame in frames)
        bodies, moves, begin = [], [], 0.0
        for number, frame in enumerate(frames):
            uses = "".join(
                f'<use href="#{name}" y="{at * HEIGHT:g}"/>'
                for at, name in enumerate(map(self.row, frame.rows))
                if name
            )
            below = ROWS * HEIGHT + 22
            clock = f"{int(frame.clock) // 60}:{int(frame.clock) % 60:02}"
            caption = (
                f'<text class="c" x="0" y="{below:g}">{escape(frame.caption)}</text>'
                f'<text class="k" x="{COLUMNS * WIDTH:g}" y="{below:g}">session at {clock}</text>'
            )
            end = begin + frame.seconds
            from_, to = 100 * begin / whole, 100 * end / whole
            first = "0%{visibility:hidden}" if number else ""
            last = f"{to:.2f}%{{visibility:hidden}}" if number < len(frames) - 1 else ""
            moves.append(f"@keyframes f{number}{{{first}{from_:.2f}%{{visibility:visible}}{last}}}")
            shown = "visible" if number == poster else "hidden"
            bodies.append(f'<g class="f" style="visibility:{shown};animation-name:f{number}">{uses}{caption}</g>')
            begin = end
        width, height = COLUMNS * WIDTH + 2 * MARGIN, ROWS * HEIGHT + 34 + 2 * MARGIN
        classes = "".join(f".{name}{{{rule}}}" for rule, name in self.styles.items())
        symbols = "".join(f'<g id="{name}">{drawn}</g>' for drawn, name in self.rows.items())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}"><title>A session of fmnist-tui, waits shortened</title><style>'
            f"text{{font:15px {FONT}}}{classes}.c{{fill:#e0e0e0;font-weight:bold}}"
            ".k{fill:#a0a0a0;text-anchor:end}"
            f".f{{animation:{whole:.2f}s step-end infinite}}"
            "@media (prefers-reduced-motion:reduce){.f{animation:none}}"
            f"{''.join(moves)}</style><defs>{symbols}</defs>"
            f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>'
            f'<g transform="translate({MARGIN:g} {MARGIN:g})">{"".join(bodies)}</g></svg>\n'
        )


GROUND = "#121212"
BLOCKS = {"█": (0.0, HEIGHT), "▀": (0.0, HEIGHT / 2), "▄": (HEIGHT / 2, HEIGHT / 2)}
"""Where a block begins in its row, and its height."""


def colours(style: Style) -> tuple[str, str, bool]:
    front, back = style.color, style.bgcolor
    front_hex = hexadecimal(front, SVG_EXPORT_THEME.foreground_color.hex)
    back_hex = hexadecimal(back, GROUND)
    if style.reverse:
        front_hex, back_hex = back_hex, front_hex
    return front_hex, back_hex, bool(style.bold)


def hexadecimal(colour: Color | None, default: str) -> str:
    return default if colour is None or colour.is_default else colour.get_truecolor(SVG_EXPORT_THEME).hex


def merged(grounds: list[str]) -> list[str]:
    """Join neighbouring grounds of one colour."""
    found: list[tuple[float, float, str]] = []
    for ground in grounds:
        x, width, fill = re.findall(r'(?:x|width|fill)="([^"]+)"', ground)
        if found and found[-1][2] == fill and abs(found[-1][0] + found[-1][1] - float(x)) < 0.01:
            found[-1] = (found[-1][0], found[-1][1] + float(width), fill)
        else:
            found.append((float(x), float(width), fill))
    return [f'<rect x="{x:g}" width="{width:g}" height="{HEIGHT:g}" fill="{fill}"/>' for x, width, fill in found]


async def main() -> None:
    with TemporaryDirectory() as folder:
        notebook = Path(folder) / "experiments.toml"
        NotebookFile(notebook).append_experiments(published_experiments())
        app = LabApp(notebook, "fashion-mnist")
        async with app.run_test(size=(COLUMNS, ROWS), notifications=True) as pilot:
            session = Session(pilot)
            try:
                await play(session)
            finally:
                frames = session.frames
                training = [number for number, frame in enumerate(frames) if "grow" in frame.caption]
                poster = training[-1] if training else 0
                PAGE.write_text(Drawing().svg(frames, poster), encoding="utf-8")


if __name__ == "__main__":
    os.environ |= {"COLORTERM": "truecolor", "TERM": "xterm-256color"}
    os.environ.pop("NO_COLOR", None)
    asyncio.run(main())
