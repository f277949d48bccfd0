"""On what a training runs is told in versions and hardware, never in names."""

import platform
import subprocess
import sys

import fmnist_tui
from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.engine.environment import environment, machine
from fmnist_tui.engine.tensorflow import keras, tf


def test_the_versions_are_those_at_work() -> None:
    told = environment()

    assert told.python == platform.python_version()
    assert told.tensorflow == tf.__version__
    assert told.keras == keras.__version__
    assert told.fmnist_tui == fmnist_tui.__version__


def test_the_machine_is_processor_cores_and_system() -> None:
    processor, cores, system = machine().rsplit(", ", 2)

    assert processor
    assert cores == f"{usable_cores()} core{'s' if usable_cores() > 1 else ''}"
    assert system == f"{platform.system()} {platform.machine()}"
    assert platform.node() not in machine()


def test_the_environment_is_told_and_progress_is_read_without_tensorflow() -> None:
    program = (
        "import sys; import fmnist_tui.engine.training.progress; from fmnist_tui.engine.environment import environment;"
        "environment(); print({'tensorflow', 'keras'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
