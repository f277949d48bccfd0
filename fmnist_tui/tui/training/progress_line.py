"""Progress as words and a bar: what is being done, how far it is, how fast, how long yet."""

from rich.text import Text

from fmnist_tui.engine.progress import Phase, Progress


def progress_line(progress: Progress, width: int) -> Text:
    """Return one line, at most `width` cells: `epoch 6/10 ━━━━━╸── loss .33 acc .881 · 41k img/s · 2 s left`."""
    finished = progress.curves.epochs
    head = f"epoch {min(finished + 1, progress.epochs)}/{progress.epochs} "
    parts = [_figures(progress)]
    if progress.images_per_second:
        parts.append(f"{_rate(progress.images_per_second)} img/s")
    if progress.seconds_left is not None:
        parts.append(f"{duration(progress.seconds_left)} left")
    tail = " · ".join(part for part in parts if part)
    room = max(width - len(head) - len(tail) - 1, 8)
    line = Text.assemble(head, bar(progress.epoch / max(progress.epochs, 1), min(room, 40)), " ", tail)
    line.truncate(width, overflow="ellipsis")
    line.no_wrap = True
    return line


def bar(fraction: float, width: int) -> Text:
    """Return a bar of `width` cells, half a cell fine; its empty part is another sign, not just another colour."""
    halves = round(min(max(fraction, 0.0), 1.0) * width * 2)
    full, half = divmod(halves, 2)
    return Text.assemble(("━" * full + "╸" * half, "green"), ("─" * (width - full - half), "dim"))


def duration(seconds: float) -> str:
    """Return a time as a person says it: `4 s`, `2 min 05 s`, `1 h 10 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def phase_words(phase: Phase) -> str:
    """Return a phase as words that stand out by a sign too."""
    signs = {Phase.TRAINING: "▶", Phase.PAUSED: "‖", Phase.STOPPING: "■"}
    return f"{signs.get(phase, '…')} {phase}"


def _figures(progress: Progress) -> str:
    if progress.points:
        last = progress.points[-1]
        return f"loss {last.loss:.3f} acc {last.accuracy:.3f}"
    curves = progress.curves
    return f"loss {curves.loss[-1]:.3f} acc {curves.accuracy[-1]:.3f}" if curves.epochs else ""


def _rate(images: float) -> str:
    return f"{images / 1000:.0f}k" if images >= 10_000 else f"{images:,.0f}"
