"""Remove environment settings of Keras and TensorFlow that could change a result.

Both read the variables at import and later, in Python and in C++, so the variables themselves are changed, for this
process and its children.
"""

import os
from collections.abc import Mapping, MutableMapping

PREFIXES = ("KERAS_", "TF_", "TF2_", "XLA_", "TPU_", "ONEDNN_", "DNNL_", "MKL_", "OMP_", "KMP_", "CUBLAS_", "CUDNN_")
"""Prefixes of variables that change how or how much is computed."""

OTHERS = ("NVIDIA_TF32_OVERRIDE",)
"""Further variables that do so, without such a prefix."""

HARMLESS = (
    "TF_CPP_MIN_LOG_LEVEL",
    "TF_CPP_MAX_VLOG_LEVEL",
    "TF_FORCE_GPU_ALLOW_GROWTH",
    "TF_FORCE_UNIFIED_MEMORY",
    "TF_GPU_ALLOCATOR",
    "TF_PLUGGABLE_DEVICE_LIBRARY_PATH",
)
"""Variables with such a prefix that only set logs, memory and paths; they are kept."""

CUDA_FLAG = "--xla_gpu_cuda_data_dir="
"""The one XLA flag that is kept: the path of CUDA, which some machines need to compile for their GPU."""

KERAS_HOME = "KERAS_HOME"
OWN_KERAS_HOME = "FMNIST_TUI_KERAS_HOME"
"""The variable in which `pin_settings` saves the original KERAS_HOME."""


def pin_settings(variables: MutableMapping[str, str]) -> None:
    """Call it before Keras and TensorFlow are imported; a second call changes nothing.

    KERAS_HOME becomes the null device, where no `keras.json` can be read or written.
    """
    if (original := keras_home(variables)) is not None:
        variables[OWN_KERAS_HOME] = original
    kept = {name: variables[name] for name in HARMLESS if name in variables}
    if flags := [flag for flag in variables.get("XLA_FLAGS", "").split() if flag.startswith(CUDA_FLAG)]:
        kept["XLA_FLAGS"] = " ".join(flags)
    for name in [name for name in variables if _may_change_results(name)]:
        del variables[name]
    pinned = {"KERAS_BACKEND": "tensorflow", KERAS_HOME: os.devnull, "TF_CPP_MIN_LOG_LEVEL": "3"}
    for name, value in (pinned | kept).items():
        variables[name] = value


def ignored_variables(variables: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        sorted(name for name in variables if _may_change_results(name) and name not in (*HARMLESS, KERAS_HOME))
    )


def _may_change_results(name: str) -> bool:
    return name.startswith(PREFIXES) or name in OTHERS


def keras_home(variables: MutableMapping[str, str]) -> str | None:
    """Return the KERAS_HOME that the user set, before or after `pin_settings`."""
    home = variables.get(KERAS_HOME)
    return variables.get(OWN_KERAS_HOME) if home == os.devnull else home
