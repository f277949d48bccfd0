"""What one step does to a weight w: g is its gradient over the batch, η the learning rate, t the step, from 1.

State starts at 0 unless its line says otherwise.
"""

from fmnist_tui.lab.explanation import Explanation

OPTIMIZERS = {
    "adam": Explanation(
        "adam: a step of its own for each weight",
        (
            "m ← 0.9·m + 0.1·g; v ← 0.999·v + 0.001·g²",
            "w ← w − η·(√(1 − 0.999ᵗ) / (1 − 0.9ᵗ))·m / (√v + 1e-7)",
            "m and v are running means of g and of g²; the factor corrects their",
            "start at 0. A steady gradient, large or small, moves w by about η.",
            "The first one to try, at η = 0.001.",
        ),
        "Kingma & Ba 2015, ICLR (arXiv:1412.6980)",
    ),
    "adamw": Explanation(
        "adamw: adam with weight decay",
        (
            "w ← w − η·0.004·w",
            "m ← 0.9·m + 0.1·g; v ← 0.999·v + 0.001·g²",
            "w ← w − η·(√(1 − 0.999ᵗ) / (1 − 0.9ᵗ))·m / (√v + 1e-7)",
            "Pulls each weight towards 0 beside Adam's step, not through it.",
            "For larger networks and long trainings that overfit.",
        ),
        "Loshchilov & Hutter 2019, ICLR (arXiv:1711.05101)",
    ),
    "nadam": Explanation(
        "nadam: adam that looks one step ahead",
        (
            "μ ← 0.9·(1 − 0.5·0.96ᵗ); ν ← 0.9·(1 − 0.5·0.96ᵗ⁺¹)",
            "p ← p·μ, from 1; m ← 0.9·m + 0.1·g; v ← 0.999·v + 0.001·g²",
            "n ← ν·m / (1 − p·ν) + (1 − μ)·g / (1 − p)",
            "w ← w − η·n / (√(v / (1 − 0.999ᵗ)) + 1e-7)",
            "Adam with Nesterov's momentum, which grows from 0.47 to 0.9.",
            "Where adam works; often a little quicker at first.",
        ),
        "Dozat 2016, ICLR workshop",
    ),
    "adamax": Explanation(
        "adamax: adam with the largest gradient for its scale",
        (
            "m ← 0.9·m + 0.1·g; u ← max(0.999·u, |g|)",
            "w ← w − η·m / ((1 − 0.9ᵗ)·(u + 1e-7))",
            "u remembers the largest gradient and forgets it slowly.",
            "Steady where gradients are rare and large; else try adam first.",
        ),
        "Kingma & Ba 2015, § 7.1 (arXiv:1412.6980)",
    ),
    "rmsprop": Explanation(
        "rmsprop: the gradient divided by its usual size",
        (
            "v ← 0.9·v + 0.1·g²",
            "w ← w − η·g / √(v + 1e-7)",
            "Adam without momentum and without correction of its start, so the",
            "first steps are about three times η.",
            "A good second choice; one number per weight less than adam.",
        ),
        "Tieleman & Hinton 2012, Coursera lecture 6.5",
    ),
    "adagrad": Explanation(
        "adagrad: steps that only grow smaller",
        (
            "a ← a + g², from 0.1",
            "w ← w − η·g / √(a + 1e-7)",
            "a only grows, so learning slows down for good.",
            "For sparse inputs. On images η = 0.001 is slow: try 0.01 to 0.1.",
        ),
        "Duchi, Hazan & Singer 2011, JMLR 12",
    ),
    "lion": Explanation(
        "lion: only the sign counts",
        (
            "w ← w − η·sign(0.9·m + 0.1·g)",
            "m ← 0.99·m + 0.01·g",
            "Every weight moves by exactly η, up or down; at sign 0 it stays.",
            "Use a third to a tenth of adam's learning rate: 0.0001 to 0.0003.",
            "Keeps one number per weight, half of what adam keeps.",
        ),
        "Chen et al. 2023, NeurIPS (arXiv:2302.06675)",
    ),
    "sgd": Explanation(
        "sgd: stochastic gradient descent",
        (
            "w ← w − η·g",
            "A step downhill, as long as the slope is steep; stochastic because",
            "the slope is that of one batch.",
            "Keeps nothing beside the weights. Slow without momentum, and more",
            "sensitive to η than adam: try 0.01 to 0.3.",
        ),
        "Robbins & Monro 1951, Annals of Mathematical Statistics 22",
    ),
    "momentum": Explanation(
        "momentum: sgd with a running sum of its steps",
        (
            "m ← 0.9·m − η·g",
            "w ← w + m",
            "Up to ten times as fast down a steady slope; zigzags cancel out.",
            "Well tuned it often matches adam on images; try η from 0.01 to 0.1.",
        ),
        "Polyak 1964; Sutskever et al. 2013, ICML",
    ),
    "nesterov": Explanation(
        "nesterov: momentum that looks ahead",
        (
            "m ← 0.9·m − η·g",
            "w ← w + 0.9·m − η·g",
            "As if the slope were taken where momentum is about to lead; it",
            "overshoots less.",
            "Instead of momentum, at the same learning rate.",
        ),
        "Nesterov 1983; Sutskever et al. 2013, ICML",
    ),
}
