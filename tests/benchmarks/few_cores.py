"""Run a benchmark on one core and then on all: `--cores 1,2`, each number in a process of its own.

TensorFlow, PyTorch, JAX and NumPy count the cores that a process may run on when they are loaded, so that a benchmark
is started anew for each number, with its affinity set before.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence

OPTION = "--cores"


def on_each_number_of_cores(main: Callable[[list[str]], object], arguments: Sequence[str]) -> None:
    """Call `main` without the option; with it, start the script again on so many of the cores that may be used."""
    words = list(arguments)
    if OPTION not in words:
        main(words)
        return
    at = words.index(OPTION)
    numbers = [int(number) for number in words[at + 1].split(",")]
    rest = words[:at] + words[at + 2 :]
    usable = sorted(os.sched_getaffinity(0))
    for number in numbers:
        print(f"on {number} of {len(usable)} cores:", flush=True)
        os.sched_setaffinity(0, usable[:number])  # which the new process inherits
        subprocess.run([sys.executable, sys.argv[0], *rest], check=True)
