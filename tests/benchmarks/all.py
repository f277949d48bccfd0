"""Run all benchmarks, one after another, and write what they print into docs/performance.md.

    python tests/benchmarks/all.py [--only NAME]... [--quick] [--peers PYTHON] [--doc PATH]

What a benchmark prints takes the place of what stands between `<!-- benchmark NAME -->` and `<!-- end NAME -->`, with
the date, the processor and the versions; without these lines it is only printed. A benchmark that fails, or takes
longer than it should ever need, leaves its figures with a line that says so, and the others go on. Exits with status 1
then.

`--quick` runs a small part of each, to see that it works; it writes only into a PATH that is named.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.engine.environment import environment

FOLDER = Path(__file__).parent
DOCUMENT = FOLDER.parents[1] / "docs" / "performance.md"


@dataclass(frozen=True, slots=True)
class Benchmark:
    name: str
    """Of its script, without the suffix."""
    quick: tuple[str, ...] = ()
    """The arguments of a run that takes some seconds."""
    minutes: float = 30.0
    """After so long it counts as hanging."""
    by_cores: bool = False
    """Whether it is measured on one core too."""

    def command(self, *, quick: bool, peers: str | None = None, folder: Path = FOLDER) -> list[str]:
        more = ["--peers", peers] if peers and self.name == "peers" else []
        if self.by_cores and not quick and usable_cores() > 1:
            more += ["--cores", f"1,{usable_cores()}"]
        return [sys.executable, str(folder / f"{self.name}.py"), *more, *(self.quick if quick else ())]


BENCHMARKS = (
    Benchmark("epochs", ("16",), by_cores=True),
    Benchmark("peers", ("--rounds", "2", "16"), minutes=60, by_cores=True),
    Benchmark("trainings", ("16",)),
    Benchmark("seeds", ("16",)),
    Benchmark("seventeen", ("--seeds", "1", "--jobs", "2"), minutes=60),
    Benchmark("sweep", ("2", "64 units"), minutes=60),
    Benchmark("cluster", ("10",), minutes=60),
    Benchmark("memory", ("16",)),
    Benchmark("size_cost", ("16",)),
    Benchmark("recipes", ("12",), minutes=60),
    Benchmark("ceiling", ("16",)),
    Benchmark("notebook", ("500",)),
    Benchmark("history"),
    Benchmark("history_screen"),
    Benchmark("app", ("paint",), minutes=60),
    Benchmark("inside", ("opening",)),
    Benchmark("charts"),
    Benchmark("snapshots", ("16",)),
    Benchmark("clues", ("20",), minutes=120),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    text: str
    seconds: float
    problem: str | None = None


def run(command: Sequence[str], seconds: float) -> Outcome:
    """Run a command to its end; with everything that it started, it is ended after so many seconds."""
    began = time.monotonic()
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(FOLDER.parent), str(FOLDER.parents[1])])}
    with subprocess.Popen(
        command,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            text, errors = process.communicate(timeout=seconds)
        except BaseException as error:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            text, errors = process.communicate()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            return Outcome(text, time.monotonic() - began, f"not at its end after {seconds / 60:,.0f} minutes")
    problem = None
    if process.returncode:
        last = (errors.strip() or text.strip() or "no word").splitlines()[-1]
        problem = f"ended with status {process.returncode}: {last[:200]}"
    return Outcome(text, time.monotonic() - began, problem)


def block(outcome: Outcome, when: str, before: str) -> str:
    """Return what stands between the marks; after a failure what stood there `before`, and why it is older."""
    if outcome.problem:
        kept = "\n".join(line for line in before.strip("\n").splitlines() if not line.startswith(FAILED)).rstrip("\n")
        return f"{kept}\n\n{FAILED}{when}: {outcome.problem}.\n".lstrip("\n")
    return f"{when}:\n\n```text\n{outcome.text.strip(chr(10)).replace('```', '` ` `')}\n```\n"


FAILED = "Not measured again on "


def between_marks(document: str, name: str) -> tuple[int, int] | None:
    """Return where a benchmark's text begins and ends; None unless there are both its marks, in their order."""
    begin, end = f"<!-- benchmark {name} -->\n", f"<!-- end {name} -->"
    start = document.find(begin)
    if start < 0 or (stop := document.find(end, start)) < 0:
        return None
    return start + len(begin), stop


def written(document: str, name: str, outcome: Outcome, when: str) -> str:
    place = between_marks(document, name)
    if place is None:
        return document
    start, stop = place
    return f"{document[:start]}\n{block(outcome, when, document[start:stop])}\n{document[stop:]}"


def measured_on() -> str:
    """Return the date, the processor and the versions."""
    found = environment()
    versions = f"Python {found.python}, TensorFlow {found.tensorflow}, Keras {found.keras}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {found.machine}, {versions}"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=[each.name for each in BENCHMARKS], metavar="NAME")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--peers", metavar="PYTHON", help="a Python with torch and jax")
    parser.add_argument("--doc", type=Path, metavar="PATH")
    options = parser.parse_args(arguments)
    target: Path | None = options.doc or (None if options.quick else DOCUMENT)
    outcomes = {}
    for each in BENCHMARKS:
        if options.only and each.name not in options.only:
            continue
        print(f"== {each.name}", flush=True)
        outcome = run(each.command(quick=options.quick, peers=options.peers), each.minutes * 60)
        outcomes[each.name] = outcome
        print(outcome.text, flush=True)
        if target:  # at once, so that a run that is broken off has written what it has
            text = target.read_text(encoding="utf-8")
            target.write_text(written(text, each.name, outcome, measured_on()), encoding="utf-8")
            if between_marks(text, each.name) is None:
                print(f"{target.name} has no marks for {each.name}: only printed")
    for name, outcome in outcomes.items():
        print(f"{name:<16} {outcome.seconds:>8.1f} s  {outcome.problem or 'done'}")
    return int(any(outcome.problem for outcome in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
