"""Key names from Keras, PyTorch, scikit-learn and others, mapped to ours."""

import re

_OURS = {
    "architecture": (
        "layers hidden_layer_sizes hidden_layers hidden_sizes hidden_units hidden_dims hidden_size n_hidden units "
        "layer_sizes arch shorthand topology"
    ),
    "optimizer": "opt optim optimiser solver",
    "learning_rate": (
        "lr learning_rate_init eta eta0 step_size base_lr init_lr initial_lr max_lr learn_rate initial_learning_rate"
    ),
    "batch_size": (
        "batch bs batchsize batch_sz minibatch minibatch_size mini_batch mini_batch_size train_batch_size "
        "per_device_train_batch_size images_per_step"
    ),
    "epochs": (
        "epoch n_epochs n_epoch num_epochs nb_epoch nb_epochs max_epochs max_iter n_iter num_iter iterations "
        "num_train_epochs total_epochs"
    ),
    "validation_fraction": (
        "validation_split val_split val_fraction val_size val_ratio valid_fraction valid_size valid_split "
        "validation_size validation_ratio holdout held_out test_size test_split"
    ),
    "split_seed": "random_state split_random_state",
    "patience": "early_stopping early_stop early_stopping_patience es_patience n_iter_no_change",
    "repeats": "n_repeats num_repeats repetitions replicates n_runs num_runs n_seeds num_seeds trials n_trials",
    "dataset": "data data_set dataset_name",
}

_ELSEWHERE = {
    "write it in the architecture, such as 64-drop0.5": "dropout dropout_rate drop_rate drop p_dropout",
    "write it in the architecture, such as 64:tanh": "activation activations act nonlinearity activation_function",
    "write it in the architecture, such as conv32x3-bn": "batch_norm batchnorm batch_normalization layer_norm use_bn",
    "a plan has the seeds from 0 to repeats - 1; `train --seed` takes another first one": (
        "seed seeds random_seed manual_seed rng_seed"
    ),
    'optimizer = "momentum" or "nesterov" has momentum 0.9, and there is no other': "momentum nesterov",
    "no training here has such a setting": (
        "weight_decay l1 l2 alpha kernel_regularizer regularization beta_1 beta_2 betas rho epsilon eps amsgrad decay "
        "loss loss_fn loss_function criterion metrics scheduler lr_scheduler lr_schedule learning_rate_schedule gamma "
        "warmup warmup_steps warmup_epochs clipnorm clipvalue grad_clip gradient_clip gradient_clipping max_grad_norm "
        "tol shuffle augmentation augment class_weight label_smoothing kernel_initializer initializer callbacks "
        "steps_per_epoch max_steps num_steps"
    ),
}

_TABLES = frozenset(("training", "train", "hyperparameters", "hyperparams", "hparams", "params", "config", "settings"))

_FOR_MISSING = {
    "name": ("title", "id", "experiment", "experiment_name", "run_name", "label"),
    "architecture": ("model", "network", "net", "hidden", "neurons", "model_name"),
}
"""Names that may be the user's own, but probably stand for one of our keys if it is missing."""


def plain(key: str) -> str:
    """Normalize a key for comparison: `Learning-Rate` becomes `learningrate`."""
    return re.sub(r"[\W_]", "", key.lower())


_MEANT = {plain(word): ours for ours, words in _OURS.items() for word in words.split()}
_ADVICE = {plain(word): advice for advice, words in _ELSEWHERE.items() for word in words.split()}
_LIKELY = {plain(word): ours for ours, words in _FOR_MISSING.items() for word in words}


def our_key_for(key: str) -> str | None:
    """Return the plan key that a foreign name stands for, if any."""
    return _MEANT.get(plain(key))


def advice_for_key(key: str, value: object) -> str | None:
    """Return what to do instead of a foreign key for which plans have no key."""
    if isinstance(value, dict) and plain(key) in _TABLES:
        return "write its keys in the [[experiment]] itself"
    return _ADVICE.get(plain(key))


def stands_for(missing: str, key: str) -> bool:
    """Return whether a key was probably written for one that is missing."""
    word = plain(key)
    return missing in (_MEANT.get(word), _LIKELY.get(word)) or word == plain(missing)
