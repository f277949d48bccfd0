from fmnist_tui.lab.explanation import Explanation
from fmnist_tui.lab.explanations.activations import ACTIVATIONS
from fmnist_tui.lab.explanations.inside import INSIDE
from fmnist_tui.lab.explanations.optimizers import OPTIMIZERS
from fmnist_tui.lab.explanations.settings import NETWORK, SETTINGS
from fmnist_tui.lab.layers import KINDS, Layer, activation_of, arguments
from fmnist_tui.lab.parameters import Value, spoken

GROUPS: dict[str, dict[str, Explanation]] = {
    "the network": NETWORK,
    "layers": {kind.name: kind.explanation for kind in KINDS},
    "arguments": {
        name: about.explanation for kind in KINDS for name, about in arguments(kind) if about.explanation is not None
    },
    "activations": ACTIVATIONS,
    "optimizers": OPTIMIZERS,
    "settings": SETTINGS,
    "inside the network": INSIDE,
}
"""By heading and topic, in the order of the index."""

_EXPLANATIONS = {topic: explanation for group in GROUPS.values() for topic, explanation in group.items()}


def topics() -> tuple[str, ...]:
    return tuple(_EXPLANATIONS)


def explain(topic: str) -> Explanation:
    return _EXPLANATIONS[topic]


def topics_for_layer(layer: Layer) -> tuple[str, ...]:
    activation = activation_of(layer)
    return (layer.name, activation) if activation else (layer.name,)


def topics_for_argument(layer: Layer, name: str) -> tuple[str, ...]:
    own = (name,) if name in GROUPS["arguments"] else ()
    return (*own, *topics_for_layer(layer))


def topics_for_setting(name: str, value: Value) -> tuple[str, ...]:
    topic = str(value) if name == "optimizer" else spoken(name)
    if topic not in (OPTIMIZERS if name == "optimizer" else SETTINGS):
        raise KeyError(topic)
    return (topic,)
