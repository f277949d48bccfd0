from typing import Any

from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.layers.arguments import argument
from fmnist_tui.lab.layers.layer import KerasCall, Layer
from fmnist_tui.lab.parameters import FloatRange


def l2_argument() -> Any:
    return argument(
        FloatRange(0.0, 1.0, 0.0001),
        0.0,
        "how strongly large weights are penalized; 0 for not at all",
        label="l2 ",
        short_label="l2 ",
        optional=True,
        suffix="named",
        explanation=Explanation(
            "l2: a penalty on large weights",
            (
                "loss = cross-entropy + l2·Σ w², over the kernel, not the bias",
                "Each step then also pulls every weight towards 0, by 2·l2·w.",
                "The penalty is in every loss shown here, as in Keras's own:",
                "compare networks of different l2 by accuracy, not by loss.",
                "When training accuracy runs away from validation's.",
                "Try steps of about 3 from 0.00001 to 0.01.",
            ),
            "Krogh & Hertz 1991, NIPS 4",
        ),
    )


def has_penalty(layer: Layer) -> bool:
    return bool(getattr(layer, "l2", 0.0))


def kernel_regularizer(l2: float) -> dict[str, KerasCall]:
    return {"kernel_regularizer": KerasCall("regularizers.L2", (float(l2),))} if l2 else {}
