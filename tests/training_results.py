"""Print the results of two short trainings as JSON: `python training_results.py [worker|after keras]`.

They train in this process, in a sweep's worker, or in this process after Keras was imported with other settings;
always with one thread, as in a worker.
"""

import json
import os
import sys
from dataclasses import astuple

from small_trainings import patterns, recipe, run

from fmnist_tui.engine.parallel.worker import WorkerProcess

SHORTHANDS = ("16-bn-drop0.3", "conv8x3-pool2-bn-flatten")


def figures() -> list[object]:
    """Train a dense and a convolutional network for two epochs; return status and all results."""
    from fmnist_tui.engine.tensorflow import tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    runs = [run(patterns(), recipe(shorthand, optimizer="adam")) for shorthand in SHORTHANDS]
    return [[run.status, run.reason, astuple(run.curves), run.test and astuple(run.test)] for run in runs]


if __name__ == "__main__":
    found: list[object]
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
    sys.stdout.flush()
    os._exit(0)  # TensorFlow's teardown takes most of a second
