"""The network as a whole: its output, loss and metric."""

from fmnist_tui.lab.explanation import Explanation

NETWORK = {
    "sequential model": Explanation(
        "sequential model: layers in a row",
        (
            "Each layer takes what the one before it puts out, and nothing else:",
            "p = fₙ(… f₂(f₁(x)) …), from an image x to ten probabilities p",
            "Answers go forward only. In training the gradient of the loss goes",
            "back through the same layers and says how to change each weight.",
            "Enough for every network here; no branches, no loops.",
        ),
        "Rumelhart, Hinton & Williams 1986, Nature 323",
    ),
    "softmax": Explanation(
        "softmax: ten scores become ten probabilities",
        (
            "softmax(z)[i] = exp(z[i]) / Σⱼ exp(z[j])",
            "Each is above 0, all ten sum to 1, and their order stays.",
            "Adding one number to every score changes nothing.",
            "Always the output here. They read as probabilities, but trained",
            "networks are often surer than they are right.",
        ),
        "Bridle 1990, Neurocomputing; Guo et al. 2017, ICML",
    ),
    "sparse categorical cross-entropy": Explanation(
        "sparse categorical cross-entropy: the loss",
        (
            "loss = −ln p[y], p[y] the probability given to the true class y;",
            "the mean over the images. Training makes this smaller, not accuracy",
            "larger. Sure and right costs 0; wrong costs more, the surer it was.",
            "Ten equal probabilities cost ln 10 = 2.303: where training begins.",
            "Sparse: y is a whole number from 0 to 9, not ten zeros and ones.",
        ),
        "Goodfellow, Bengio & Courville 2016, Deep Learning, § 6.2",
    ),
    "accuracy": Explanation(
        "accuracy: the share that is right",
        (
            "accuracy = images whose most probable class is the true one / images",
            "It asks only which class comes first, not how probable it is;",
            "so the loss may rise while accuracy stays.",
            "Of n images it is known to about √(a·(1 − a) / n):",
            "0.88 of 10,000 test images is known to ± 0.003.",
            "Choose by validation accuracy; keep the test set for reporting.",
        ),
        "Dietterich 1998, Neural Computation 10",
    ),
}
