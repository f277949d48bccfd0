def forget_custom_gradients() -> None:
    """Free the graphs of networks that are not used any more.

    TensorFlow registers each gradient that an operation of Keras defines under a number of its own, and never forgets
    it, nor the graph that it is part of. Only building the graph of a gradient needs it, which was done by the first
    step.
    """
    for name in custom_gradients():
        del _registry()[name]


def custom_gradients() -> list[str]:
    return [name for name in _registry() if name.startswith("CustomGradient-")]


def _registry() -> dict[str, object]:
    # TensorFlow has no public way to them; where another version has them elsewhere, they stay.
    from tensorflow.python.framework import ops

    registry: dict[str, object] = getattr(getattr(ops, "gradient_registry", None), "_registry", {})
    return registry
