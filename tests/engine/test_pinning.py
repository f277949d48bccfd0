"""No setting of Keras or TensorFlow in the environment changes what a seed gives, or keeps a training from starting."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_line import bare_environment

from fmnist_tui.engine.dataset.places import keras_cache
from fmnist_tui.engine.pinning import PREFIXES, keras_home, pin_settings

FIGURES = Path(__file__).parents[1] / "training_results.py"

SETTINGS = {
    "KERAS_BACKEND": "jax",
    "KERAS_MAX_EPOCHS": "1",
    "KERAS_MAX_STEPS_PER_EPOCH": "2",
    "KERAS_NNX_ENABLED": "true",
    "KERAS_TORCH_DEVICE": "cpu",
    "ONEDNN_DEFAULT_FPMATH_MODE": "BF16",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "OMP_NUM_THREADS": "1",
    "TF2_BEHAVIOR": "0",
    "TF_CPP_MIN_LOG_LEVEL": "0",
    "TF_DETERMINISTIC_OPS": "1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_FUNCTION_JIT_COMPILE_DEFAULT": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_USE_LEGACY_KERAS": "1",
    "TF_XLA_FLAGS": "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit --tf_xla_min_cluster_size=1",
    "XLA_FLAGS": "--xla_cpu_enable_fast_math=true --no_such_flag",
}
KERAS_JSONS = {
    "other defaults": {
        "backend": "torch",
        "floatx": "float16",
        "epsilon": 0.1,
        "image_data_format": "channels_first",
        "nnx_enabled": True,
    },
    "wrong values": {"floatx": "float12", "epsilon": "small", "image_data_format": "rows"},
}


def figures(folder: Path, *words: str, **variables: str) -> list[object]:
    """Return what the trainings give in a process with these variables more."""
    done = subprocess.run(
        [sys.executable, str(FIGURES), *words],
        cwd=folder,
        env=_without_settings(bare_environment(folder)) | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[object] = json.loads(done.stdout)
    return found


def _without_settings(variables: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if not name.startswith(PREFIXES)}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """What they give in a worker of a sweep without any settings."""
    folder = tmp_path_factory.mktemp("usual")
    found = figures(folder, "worker")
    assert not (folder / ".keras").exists()
    return found


def test_variables_and_a_keras_json_change_no_figure_and_the_file_is_left_alone(
    tmp_path: Path, usual: list[object]
) -> None:
    """A start takes seconds, so all are tried at once."""
    own = tmp_path / "own"
    with kept_keras_json(own, "wrong values"), kept_keras_json(tmp_path / ".keras", "other defaults"):
        assert figures(tmp_path, **SETTINGS, KERAS_HOME=str(own)) == usual

    assert {each.name for each in tmp_path.iterdir()} == {"own", ".keras"}


def test_keras_that_somebody_imported_and_set_before_changes_no_figure(tmp_path: Path, usual: list[object]) -> None:
    assert figures(tmp_path, "after keras") == usual


@contextmanager
def kept_keras_json(folder: Path, what: str) -> Iterator[None]:
    """Have a `keras.json` in a new folder, which must be as it was at the end."""
    folder.mkdir()
    file = folder / "keras.json"
    file.write_text(json.dumps(KERAS_JSONS[what]), encoding="utf-8")
    yield
    assert list(folder.iterdir()) == [file]
    assert json.loads(file.read_text(encoding="utf-8")) == KERAS_JSONS[what]


def test_logs_memory_and_places_stay_a_person_s_own() -> None:
    variables = {
        "PATH": "/bin",
        "CUDA_VISIBLE_DEVICES": "1",
        "TF_CPP_MIN_LOG_LEVEL": "0",
        "TF_GPU_ALLOCATOR": "cuda_malloc_async",
        "XLA_FLAGS": "--xla_gpu_cuda_data_dir=/opt/cuda --xla_gpu_enable_fast_min_max",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "NVIDIA_TF32_OVERRIDE": "1",
    }

    pin_settings(variables)

    assert variables == {
        "PATH": "/bin",
        "CUDA_VISIBLE_DEVICES": "1",
        "TF_CPP_MIN_LOG_LEVEL": "0",
        "TF_GPU_ALLOCATOR": "cuda_malloc_async",
        "XLA_FLAGS": "--xla_gpu_cuda_data_dir=/opt/cuda",
        "KERAS_BACKEND": "tensorflow",
        "KERAS_HOME": os.devnull,
    }


@pytest.mark.parametrize("home", [None, "/data/keras"])
def test_a_second_time_changes_nothing_and_keras_s_cache_is_still_known(
    monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    variables = {"KERAS_HOME": home} if home else {}

    pin_settings(variables)
    once = dict(variables)
    pin_settings(variables)

    assert variables == once
    assert keras_home(variables) == home
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert keras_cache().folder == Path(home or Path.home() / ".keras") / "datasets" / "fashion-mnist"
