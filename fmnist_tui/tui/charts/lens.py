"""How charts are shown: scale, smoothing, range of epochs, cursor."""

from dataclasses import dataclass, replace
from typing import Literal

from textual.binding import Binding, BindingType

from fmnist_tui.tui.charts.series import SMOOTHINGS, Series
from fmnist_tui.tui.global_keys import global_key

LensAction = Literal["log", "smooth", "narrow", "widen", "all", "left", "right", "off"]

NARROWEST = 2


@dataclass(frozen=True, slots=True)
class Lens:
    log: bool = False
    smoothing: float = 0.0
    width: int | None = None
    """How many epochs are shown, around the cursor or up to the latest; all if None."""
    cursor: int | None = None

    def turned(self, turn: LensAction, epochs: int, latest: int) -> "Lens":
        """Return the lens after a key; `epochs` includes future ones, `latest` has values."""
        match turn:
            case "log":
                return replace(self, log=not self.log)
            case "smooth":
                place = SMOOTHINGS.index(self.smoothing) + 1
                return replace(self, smoothing=SMOOTHINGS[place % len(SMOOTHINGS)])
            case "narrow":
                return replace(self, width=_useful(max(-(-(self.width or epochs) // 2), NARROWEST), epochs))
            case "widen":
                return replace(self, width=_useful(2 * (self.width or epochs), epochs))
            case "all":
                return replace(self, width=None)
            case "off":
                return replace(self, cursor=None)
        by = -1 if turn == "left" else 1
        cursor = latest if self.cursor is None else self.cursor + by
        return replace(self, cursor=min(max(cursor, 1), max(latest, 1)))

    def span(self, epochs: int, latest: int) -> tuple[float, float]:
        if self.width is None or self.width >= epochs:
            return 0.0, float(epochs)
        end = latest if self.cursor is None else self.cursor + self.width // 2
        start = min(max(end - self.width, 0), epochs - self.width)
        return float(start), float(start + self.width)

    def words(self, epochs: int, latest: int) -> tuple[str, ...]:
        """Return what is not the default: `smoothed 0.6`, `epochs 4–8 of 10`, `at epoch 7`."""
        start, end = self.span(epochs, latest)
        words = []
        if self.log and self.cursor is not None:  # the title may have no room for it beside the values
            words.append("log")
        if self.smoothing:
            words.append(f"smoothed {self.smoothing:g}")
        if (start, end) != (0.0, epochs):
            words.append(f"epochs {start:.0f}–{end:.0f} of {epochs}")
        if self.cursor is not None:
            words.append(f"at epoch {self.cursor}")
        return tuple(words)


def lens_keys() -> list[BindingType]:
    return [
        Binding("L", "lens('log')", "Log", key_display="L", tooltip="Toggle log scale", id="chart.log"),
        Binding(
            "S",
            "lens('smooth')",
            "Smooth",
            key_display="S",
            tooltip="Smooth the curves more, or not at all",
            id="chart.smooth",
        ),
        Binding(
            "left_square_bracket",
            "lens('narrow')",
            "Fewer epochs",
            show=False,
            key_display="[",
            tooltip="Show half as many epochs, around the cursor or the latest",
            id="chart.fewer-epochs",
        ),
        Binding(
            "right_square_bracket",
            "lens('widen')",
            "More epochs",
            show=False,
            key_display="]",
            tooltip="Show twice as many epochs",
            id="chart.more-epochs",
        ),
        Binding("0", "lens('all')", "All epochs", show=False, tooltip="Show all epochs", id="chart.all-epochs"),
        global_key("left", "lens('left')", "Read the values at an epoch: move the cursor left", word="Read", show=True),
        global_key("right", "lens('right')", "Read the values at an epoch: move the cursor right", word="Read right"),
    ]


def _useful(width: int, epochs: int) -> int | None:
    return width if width < epochs else None


@dataclass(frozen=True, slots=True)
class ChartContent:
    title: str
    series: tuple[Series, ...] = ()
    planned: int = 0
    """How many epochs are planned; 0 if that does not matter."""

    @property
    def latest(self) -> int:
        """The last epoch that ended, if possible of a curve that is not quiet."""
        loud = [one for one in self.series if one.x and not one.quiet]
        return max((int(one.x[-1]) for one in loud or self.series if one.x), default=0)

    @property
    def epochs(self) -> int:
        return self.planned or max(self.latest, 1)

    def span(self, lens: Lens) -> tuple[float, float]:
        """Return the epochs a lens shows, from 0 only while curves still grow."""
        start, end = lens.span(self.epochs, self.latest)
        first = 0.0 if self.planned else min((one.x[0] for one in self.series if one.x), default=0.0)
        return max(start, min(first, end)), end

    def through(self, lens: Lens) -> tuple[Series, ...]:
        return tuple(one.smoothed(lens.smoothing) for one in self.series)
