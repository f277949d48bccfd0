from rich.text import Text

from fmnist_tui.engine.clock import running_clock
from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.training.activity import is_outside, is_paused

LEAST_BAR = 8


def progress_line(progress: Progress, width: int) -> Text:
    """Return `epoch 6/10 ━━━━━╸── loss .33 acc .881 · 41k img/s · 2 s left`, without speed if it does not fit."""
    head = f"{_epoch(progress)} "
    figures, rate, left = _figures(progress), _rate(progress), _time_left(progress)
    tail = _joined(figures, rate, left)
    if len(head) + LEAST_BAR + 1 + len(tail) > width:
        tail = _joined(figures, left)
    room = max(width - len(head) - len(tail) - 1, LEAST_BAR)
    line = Text.assemble(head, bar(progress.epoch / max(progress.epochs, 1), min(room, 40)), " ", tail)
    line.truncate(width, overflow="ellipsis")
    line.no_wrap = True
    return line


def progress_words(progress: Progress, *, with_rate: bool = True) -> str:
    """Return `epoch 6/10 · 2 s left · loss .33 acc .881 · 41k img/s`."""
    rate = _rate(progress) if with_rate else ""
    return _joined(_epoch(progress), _time_left(progress), _figures(progress), rate)


def state_line(words: str, learning_rate: float | None, width: int) -> Text:
    """Return `▶ training · 64 · seed 3 · learning rate 0.001`; long words are cut first."""
    tail = f" · learning rate {learning_rate:.4g}" if learning_rate is not None else ""
    line = Text(words, no_wrap=True)
    line.truncate(max(width - len(tail), 0), overflow="ellipsis")
    line.append(tail)
    line.truncate(width, overflow="ellipsis")
    return line


def bar(fraction: float, width: int) -> Text:
    """Return a bar of `width` cells in half-cell steps; the empty part has its own character, not only a colour."""
    halves = round(min(max(fraction, 0.0), 1.0) * width * 2)
    full, half = divmod(halves, 2)
    return Text.assemble(("━" * full + "╸" * half, "green"), ("─" * (width - full - half), "dim"))


LONGEST_DURATION = 1e9
"""From here on, about thirty years, durations are shown in seconds."""


def duration(seconds: float) -> str:
    """Return `4 s`, `2 min 05 s` or `1 h 10 min`."""
    if not abs(seconds) < LONGEST_DURATION:
        return f"{fixed(seconds, 0)} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def doing(training: ActiveRun) -> str:
    """Return `▶ training`, `■ stopping · compiling`, `▶ training on node7` or `▷ training elsewhere`.

    A request shows before it is obeyed.
    """
    phase, control = training.progress.phase, training.control
    wanted = phase
    if phase is not Phase.TESTING and control.stopping:
        wanted = Phase.STOPPING
    elif is_paused(training):
        wanted = Phase.PAUSED
    signs = {Phase.TRAINING: "▶", Phase.PAUSED: "‖", Phase.STOPPING: "■"}
    if is_outside(training):
        return f"{signs[wanted] if wanted is not Phase.TRAINING else '▷'} {wanted} elsewhere"
    words = on_host(training, wanted)
    if wanted.is_timed:
        return with_seconds(f"… {words}", running_clock.seconds() - training.began)
    beside = f" · {phase}" if wanted is not phase and phase.is_start else ""
    return f"{signs.get(wanted, '…')} {words}{beside}"


def on_host(training: ActiveRun, words: str = "") -> str:
    """Return `training on node7`; only the words for a training that is not on a cluster."""
    return f"{words} on {visible(training.host, 20)}".lstrip() if training.host else words


def with_seconds(words: str, seconds: float) -> str:
    """Return words for something without a measure of progress: `… loading TensorFlow · 3 s`."""
    return _joined(words, f"{seconds:.0f} s" if seconds >= 1 else "")


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _epoch(progress: Progress) -> str:
    return f"epoch {min(progress.curves.epochs + 1, progress.epochs)}/{progress.epochs}"


def _figures(progress: Progress) -> str:
    if progress.points:
        last = progress.points[-1]
        return f"loss {fixed(last.loss, 3)} acc {fixed(last.accuracy, 3)}"
    curves = progress.curves
    return f"loss {fixed(curves.loss[-1], 3)} acc {fixed(curves.accuracy[-1], 3)}" if curves.epochs else ""


def _rate(progress: Progress) -> str:
    images = progress.images_per_second
    if not images:
        return ""
    return f"{images / 1000:.0f}k img/s" if images >= 10_000 else f"{images:,.0f} img/s"


def _time_left(progress: Progress) -> str:
    return "" if progress.seconds_left is None else f"{duration(progress.seconds_left)} left"
