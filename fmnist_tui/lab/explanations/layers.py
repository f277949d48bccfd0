"""Each kind of layer, by the name in `KINDS`."""

from fmnist_tui.lab.explanations.explanation import Explanation

LAYERS = {
    "dense": Explanation(
        "dense: every unit sees every input",
        (
            "y = f(x·W + b), f the activation",
            "Shape: n → units. Weights: (n + 1)·units, a bias for each unit.",
            "Takes a vector; an image needs flatten above it.",
            "Initial W: uniform within ± √(6 / (n + units)), b: 0.",
            "More units can tell more apart, and cost and overfit more.",
        ),
        "Rumelhart et al. 1986, Nature 323; Glorot & Bengio 2010, AISTATS",
    ),
    "conv2d": Explanation(
        "conv2d: the same small filters over the whole image",
        (
            "y[i, j, f] = act(b[f] + Σ window of k×k×channels · filter f)",
            "Side of an image n, valid: ⌊(n − k) / stride⌋ + 1.",
            "Same (padded with zeros): ⌈n / stride⌉. Channels: filters.",
            "Weights: (k²·channels + 1)·filters, whatever the image's size.",
            "For images: what it learns in one place it knows in all.",
            "Two or three of them, 3×3, with pooling between, is a good start.",
        ),
        "LeCun et al. 1998, Proceedings of the IEEE 86",
    ),
    "max pooling": Explanation(
        "max pooling: the largest value of each window",
        (
            "y = max of each pool×pool window of each channel; none overlap.",
            "Side: ⌊n / pool⌋; rows and columns left over are dropped.",
            "No weights. A feature may move a little and is still seen.",
            "After a convolution: a quarter of the values at pool 2.",
        ),
        "Scherer, Müller & Behnke 2010, ICANN",
    ),
    "average pooling": Explanation(
        "average pooling: the mean of each window",
        (
            "y = mean of each pool×pool window of each channel; none overlap.",
            "Side: ⌊n / pool⌋; rows and columns left over are dropped.",
            "No weights. Softer than max: one strong value is thinned out.",
            "To make an image smaller; before the first layer it blurs.",
        ),
        "LeCun et al. 1998, Proceedings of the IEEE 86",
    ),
    "global average pooling": Explanation(
        "global average pooling: one number a channel",
        (
            "y[c] = mean of channel c over the whole image",
            "Shape: height×width×channels → channels. No weights.",
            "In place of flatten after convolutions: far fewer weights follow,",
            "at the price of forgetting where in the image a feature was.",
        ),
        "Lin, Chen & Yan 2014, ICLR (arXiv:1312.4400)",
    ),
    "flatten": Explanation(
        "flatten: an image laid out as a vector",
        (
            "Shape: height×width×channels → height·width·channels,",
            "28×28×1 → 784: row after row, the same numbers. No weights.",
            "Needed once, before the first dense layer. What follows no longer",
            "knows which pixels were neighbours; convolutions go above it.",
        ),
        "Keras documentation, Flatten layer",
    ),
    "dropout": Explanation(
        "dropout: some values set to 0 at random",
        (
            "In training, each value: 0 with probability rate,",
            "else x / (1 − rate), so that the mean stays. Otherwise: y = x.",
            "Shape unchanged, no weights. Units cannot rely on single others.",
            "When training accuracy runs away from validation's.",
            "0.2 to 0.5 after dense layers; less after convolutions.",
        ),
        "Srivastava et al. 2014, JMLR 15",
    ),
    "batch normalization": Explanation(
        "batch normalization: each feature to a common scale",
        (
            "y = γ·(x − μ) / √(σ² + 0.001) + β, for each feature or channel",
            "μ, σ²: in training the batch's; otherwise moving means,",
            "each step 0.99·old + 0.01·new. γ and β are learned.",
            "Shape unchanged. 4·channels numbers: γ, β, moving μ and σ².",
            "Lets deep networks train faster and at higher learning rates;",
            "poor with very small batches.",
        ),
        "Ioffe & Szegedy 2015, ICML (arXiv:1502.03167)",
    ),
    "layer normalization": Explanation(
        "layer normalization: each example to a common scale",
        (
            "y = γ·(x − μ) / √(σ² + 0.001) + β",
            "μ, σ²: over the features of one example; in an image, over the",
            "channels of one pixel. The same in training and after it.",
            "Shape unchanged. 2·channels weights: γ and β.",
            "Where batches are too small for batch normalization.",
        ),
        "Ba, Kiros & Hinton 2016 (arXiv:1607.06450)",
    ),
}
