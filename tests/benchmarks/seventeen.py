"""All seventeen networks of the lab report from start to finish, with imports.

    python tests/benchmarks/seventeen.py [--seeds N...] [--jobs N...]

`fmnist-tui run` as without options and with each number of jobs, against the report's script, run once for each
network. The twelfth counts in both of its readings on both sides, so it is eighteen trainings, with five seeds ninety.
The script takes the same time with each seed: one round of it is run, and counted once a seed. Prints seconds, their
ratio and the most memory that one process held.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from processes import program_command, script_command, spent

from fmnist_tui.engine.environment import machine
from fmnist_tui.lab.experiments.presets import published_experiments
from fmnist_tui.lab.records.shorthand import shorthand


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 5])
    parser.add_argument("--jobs", nargs="*", default=["1"])
    given = parser.parse_args()
    print(machine())
    networks = [shorthand(plan.architecture) for plan in published_experiments()]
    with TemporaryDirectory() as folder:
        theirs = [spent(script_command(network), Path(folder)) for network in networks]
    for seeds in given.seeds:
        seconds = seeds * sum(each.seconds for each in theirs)
        print(
            row(f"script, {seeds * len(networks)} times", seconds, max(each.megabytes for each in theirs)), flush=True
        )
        for options in ((), *(("--jobs", number) for number in given.jobs)):
            with TemporaryDirectory() as folder:
                spent(program_command("init"), Path(folder))
                ours = spent(program_command("run", "--repeats", str(seeds), *options), Path(folder))
            print(row(" ".join(("run", *options)), ours.seconds, ours.megabytes, seconds / ours.seconds), flush=True)


def row(name: str, seconds: float, megabytes: float, ratio: float | None = None) -> str:
    times = f"{ratio:.1f}×" if ratio else ""
    return f"{name:<20} {seconds:>7.1f} s {times:>7}  {megabytes:,.0f} MB"


if __name__ == "__main__":
    main()
