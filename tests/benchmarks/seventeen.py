"""All seventeen networks of the lab report, one seed each, from start to finish with imports.

    python tests/benchmarks/seventeen.py [JOBS...]

`fmnist-tui run` with each number of jobs against the report's script, run once for each network; the twelfth counts
in both of its readings on both sides, so it is eighteen trainings. Prints seconds, their ratio and the most memory
that one process held.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from processes import program_command, script_command, spent

from fmnist_tui.engine.environment import machine
from fmnist_tui.lab.experiments.presets import published_experiments
from fmnist_tui.lab.records.shorthand import shorthand


def main(jobs: list[str]) -> None:
    print(machine())
    networks = [shorthand(plan.architecture) for plan in published_experiments()]
    with TemporaryDirectory() as folder:
        theirs = [spent(script_command(network), Path(folder)) for network in networks]
    seconds = sum(each.seconds for each in theirs)
    print(
        f"script, {len(networks)} times   {seconds:>7.1f} s            {max(each.megabytes for each in theirs):,.0f} MB"
    )
    for number in jobs:
        with TemporaryDirectory() as folder:
            spent(program_command("init"), Path(folder))
            ours = spent(program_command("run", "--repeats", "1", "--jobs", number), Path(folder))
        print(
            f"run --jobs {number:<8} {ours.seconds:>7.1f} s  {seconds / ours.seconds:>5.1f}×   {ours.megabytes:,.0f} MB"
        )


if __name__ == "__main__":
    main(sys.argv[1:] or ["1", "2"])
