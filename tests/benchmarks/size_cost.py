"""What a network costs by its size: seconds of an epoch, and memory, against parameters and batch size.

    python tests/benchmarks/size_cost.py [UNITS...]

One hidden layer of so many units, eight sizes unless some are named, in batches of 64 and of 256, each in a process of
its own on real data. The seconds are the least of five settled epochs, validation on 12,000 images included, beside the
limit: the epoch's matrix products alone, in a compiled loop (`ceiling.py`). The memory is the most that the process
held, TensorFlow and data included. Eight sizes or more are drawn too, in docs/pictures/size-cost.svg.
"""

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from fmnist_tui.engine.environment import machine

UNITS = (4, 16, 64, 128, 256, 512, 1_024, 2_048)
BATCHES = (64, 256)
EPOCHS = 6
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
    from ceiling import products
    from the_script import Clock
    from trainings import seconds

    from fmnist_tui.engine.dataset.sources import load
    from fmnist_tui.engine.training.compiled import PreparedRecipe
    from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
    from fmnist_tui.lab.records.shorthand import parse

    recipe, clock = Recipe(parse(str(units)), Hyperparameters(epochs=EPOCHS, batch_size=batch)), Clock()
    PreparedRecipe(recipe, load("fashion-mnist")).fit(0, [clock])
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000  # before the loop of products takes its own
    work = products((784, units, 10), batch)
    work()
    limit = min(seconds(work) for _ in range(EPOCHS))
    return Cost(units, batch, recipe.architecture.parameters, min(clock.settled), limit, held)


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
    time.set(xscale="log", yscale="log", xlabel="parameters", ylabel="seconds an epoch")
    memory.set(xscale="log", xlabel="parameters", ylabel="MB of memory", ylim=0)
    for axes in (time, memory):
        axes.legend(fontsize=8)
        axes.grid(alpha=0.3)
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(asdict(measure(*map(int, sys.argv[2:])))))
    else:
        main([int(word) for word in sys.argv[1:]] or list(UNITS))
