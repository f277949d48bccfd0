from fmnist_tui.engine.profile import Profile, active_profile
from fmnist_tui.engine.tensorflow import keras


class _PartsOfEpochs(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types to check against
    """Tells the first step, which compiles a network that is not `compiled`, and validation from the epochs."""

    def __init__(self, profile: Profile, *, compiled: bool) -> None:
        super().__init__()
        self._profile = profile
        self._compiled = compiled

    def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
        if not self._compiled:
            self._profile.begin("compile")

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        if not self._compiled:
            self._profile.end()
            self._compiled = True

    def on_test_begin(self, logs: object = None) -> None:
        self._profile.begin("validation")

    def on_test_end(self, logs: object = None) -> None:
        self._profile.end()


def profile_callbacks(*, compiled: bool) -> list[keras.callbacks.Callback]:
    """Return none unless `train --profile` was asked for."""
    profile = active_profile()
    return [_PartsOfEpochs(profile, compiled=compiled)] if profile else []
