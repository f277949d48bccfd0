"""What a network costs by its size: seconds of an epoch, and memory, against parameters and batch size.

    python tests/benchmarks/size_cost.py [UNITS...]

One hidden layer of so many units, eight sizes unless some are named, in batches of 64 and of 256, each in a process of
its own on real data. The seconds are processor time on one core, which other work on the machine disturbs least: the
least of three settled epochs, validation on 12,000 images included, beside the limit: the epoch's matrix products
alone, in a compiled loop (`ceiling.py`). The memory is the most that the process held, TensorFlow and data included.
Eight sizes or more are drawn too, in docs/pictures/size-cost.svg.
"""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from fmnist_tui.engine.environment import machine

UNITS = (4, 8, 16, 32, 64, 128, 256, 512)
BATCHES = (64, 256)
EPOCHS = 4
DRAWN_FROM = 8
"""The least sizes that are drawn."""
PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "size-cost.svg"


@dataclass(frozen=True, slots=True)
class Cost:
    units: int
    batch: int
    parameters: int
    seconds: float
    products: float
    """Seconds of the matrix products alone."""
    megabytes: float


def main(units: list[int]) -> None:
    print(machine())
    titles = f"{'units':>6} {'parameters':>11} {'batch':>6} {'epoch':>9} {'products':>9} {'products ÷ epoch':>17}"
    print(f"{titles} {'memory':>9}")
    costs = []
    for number in units:
        for batch in BATCHES:
            costs.append(cost := in_a_process(number, batch))
            print(
                f"{number:>6,} {cost.parameters:>11,} {batch:>6} {cost.seconds:>7.3f} s {cost.products:>7.3f} s "
                f"{cost.products / cost.seconds:>17.2f} {cost.megabytes:>6,.0f} MB",
                flush=True,
            )
    if len(units) >= DRAWN_FROM:
        draw(costs)


def in_a_process(units: int, batch: int) -> Cost:
    command = [sys.executable, __file__, "--measure", str(units), str(batch)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def measure(units: int, batch: int) -> Cost:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # before TensorFlow counts the cores
    from ceiling import products
    from the_script import Clock

    from fmnist_tui.engine.dataset.sources import load
    from fmnist_tui.engine.training.compiled import PreparedRecipe
    from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
    from fmnist_tui.lab.records.shorthand import parse

    class Processor(Clock):
        """Notes the processor's seconds."""

        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            self._began = time.process_time()

        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            self.seconds.append(time.process_time() - self._began)

    recipe, clock = Recipe(parse(str(units)), Hyperparameters(epochs=EPOCHS, batch_size=batch)), Processor()
    PreparedRecipe(recipe, load("fashion-mnist")).fit(0, [clock])
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000  # before the loop of products takes its own
    work = products((784, units, 10), batch)
    work()
    limits = []
    for _ in clock.settled:
        began = time.process_time()
        work()
        limits.append(time.process_time() - began)
    return Cost(units, batch, recipe.architecture.parameters, min(clock.settled), min(limits), held)


def draw(costs: list[Cost]) -> None:
    """Draw both figures side by side, with both axes logarithmic for the seconds."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.use("svg")
    plt.rcParams |= {"svg.hashsalt": "size-cost", "svg.fonttype": "none", "font.size": 9}
    figure, (time, memory) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for batch, colour in zip(BATCHES, ("tab:blue", "tab:orange"), strict=True):
        of_batch = [cost for cost in costs if cost.batch == batch]
        x = [cost.parameters for cost in of_batch]
        name = f"batches of {batch}"
        time.plot(x, [cost.seconds for cost in of_batch], "o-", color=colour, label=name)
        time.plot(x, [cost.products for cost in of_batch], "x--", color=colour, label=f"{name}, products alone")
        memory.plot(x, [cost.megabytes for cost in of_batch], "o-", color=colour, label=name)
    time.set(xscale="log", yscale="log", xlabel="parameters", ylabel="seconds an epoch, on one core")
    memory.set(xscale="log", xlabel="parameters", ylabel="MB of memory")
    memory.set_ylim(0, 1.25 * max(cost.megabytes for cost in costs))
    ticks = (0.02, 0.05, 0.1, 0.2, 0.5, 1)
    time.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    time.set_yticks((), minor=True)
    for axes, place in ((time, "upper left"), (memory, "lower left")):
        axes.legend(fontsize=8, loc=place)
        axes.grid(alpha=0.3)
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(asdict(measure(*map(int, sys.argv[2:])))))
    else:
        main([int(word) for word in sys.argv[1:]] or list(UNITS))
