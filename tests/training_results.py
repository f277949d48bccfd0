"""What trainings give, in a process of its own: `python training_results.py [worker|after keras]`.

It prints the figures as JSON: of this process, of a sweep's worker, or where Keras was imported by someone else before.
"""

import json
import sys
from dataclasses import astuple

from small_trainings import patterns, recipe, run

from fmnist_tui.engine.parallel.worker import WorkerProcess

SHORTHANDS = ("32-bn-drop0.3-16", "conv8x3-pool2-bn-flatten-16")


def figures() -> list[object]:
    """Train a dense network and a convolutional one for two epochs each; return how they ended and all figures."""
    runs = [run(patterns(), recipe(each, optimizer="adam")) for each in SHORTHANDS]
    return [[each.status, each.reason, astuple(each.curves), each.test and astuple(each.test)] for each in runs]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["worker"]:
            with WorkerProcess() as worker:
                found = worker.submit(figures).result()
        case ["after keras"]:
            import keras

            keras.config.set_floatx("float16")
            keras.config.set_epsilon(0.1)
            keras.config.set_image_data_format("channels_first")
            keras.config.set_dtype_policy("mixed_float16")
            found = figures()
        case _:
            found = figures()
    sys.stdout.write(json.dumps(found))
