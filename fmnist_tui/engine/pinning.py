"""Settings of Keras and TensorFlow in environment variables: what could change a figure is taken out of them.

Both read them as they are imported and later, in Python and in C++, so the variables themselves are changed: for this
process, and so for those that it starts.
"""

import os
from collections.abc import MutableMapping

PREFIXES = ("KERAS_", "TF_", "TF2_", "XLA_", "TPU_", "ONEDNN_", "DNNL_", "MKL_", "OMP_", "KMP_", "CUBLAS_", "CUDNN_")
"""How variables begin that decide how something is computed, or how much of it."""

OTHERS = ("NVIDIA_TF32_OVERRIDE",)
"""Variables without such a beginning that do so too."""

HARMLESS = (
    "TF_CPP_MIN_LOG_LEVEL",
    "TF_CPP_MAX_VLOG_LEVEL",
    "TF_FORCE_GPU_ALLOW_GROWTH",
    "TF_FORCE_UNIFIED_MEMORY",
    "TF_GPU_ALLOCATOR",
    "TF_PLUGGABLE_DEVICE_LIBRARY_PATH",
)
"""Variables with such a beginning that decide on logs, memory and places alone, and stay as they are."""

CUDA_FLAG = "--xla_gpu_cuda_data_dir="
"""The one flag of XLA that stays: where CUDA is, without which some machines cannot compile for their GPU."""

KERAS_HOME = "KERAS_HOME"
OWN_KERAS_HOME = "FMNIST_TUI_KERAS_HOME"
"""Where `pin_settings` leaves the KERAS_HOME that it found."""


def pin_settings(variables: MutableMapping[str, str]) -> None:
    """Change environment variables so that nothing in them, nor a `keras.json`, changes what a training gives.

    Keras's folder becomes the null device: no `keras.json` can be in it, and none can be written there. A second call
    changes nothing more.

    Args:
        variables: the environment's, before Keras and TensorFlow are imported.
    """
    if (own := keras_home(variables)) is not None:
        variables[OWN_KERAS_HOME] = own
    kept = {name: variables[name] for name in HARMLESS if name in variables}
    if flags := [flag for flag in variables.get("XLA_FLAGS", "").split() if flag.startswith(CUDA_FLAG)]:
        kept["XLA_FLAGS"] = " ".join(flags)
    for name in [name for name in variables if name.startswith(PREFIXES) or name in OTHERS]:
        del variables[name]
    pinned = {"KERAS_BACKEND": "tensorflow", KERAS_HOME: os.devnull, "TF_CPP_MIN_LOG_LEVEL": "3"}
    for name, value in (pinned | kept).items():
        variables[name] = value


def keras_home(variables: MutableMapping[str, str]) -> str | None:
    """Return the KERAS_HOME of a person, whether or not the settings are pinned; None where there is none."""
    home = variables.get(KERAS_HOME)
    return variables.get(OWN_KERAS_HOME) if home == os.devnull else home
