"""The most memory that a training holds, of the engine and of the lab report's script.

    python tests/benchmarks/memory.py [SHORTHAND...]

Each in a process of its own, from its start to its end, as `fmnist-tui train` and as the script. Prints megabytes of
the resident set, and the ratio.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from processes import program_command, script_command, spent

from fmnist_tui.engine.environment import machine


def main(shorthands: list[str]) -> None:
    print(machine())
    print(f"{'hidden':<12} {'engine':>8} {'script':>8} {'engine ÷ script':>16}")
    for shorthand in shorthands:
        with TemporaryDirectory() as folder:
            ours = spent(program_command("train", shorthand), Path(folder)).megabytes
            theirs = spent(script_command(shorthand), Path(folder)).megabytes
        print(f"{shorthand:<12} {ours:>5,.0f} MB {theirs:>5,.0f} MB {ours / theirs:>15.2f}×", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["16", "512"])
