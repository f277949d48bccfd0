from fmnist_tui.lab.explanation import Explanation

ACTIVATIONS = {
    "relu": Explanation(
        "relu: rectified linear unit",
        (
            "relu(x) = max(0, x)",
            "Negative values become 0, the others stay. Slope 0 or 1, so it does",
            "not fade through many layers, and it costs next to nothing.",
            "A unit below 0 for every image no longer learns: it is dead.",
            "The first one to try.",
        ),
        "Nair & Hinton 2010, ICML; Glorot, Bordes & Bengio 2011, AISTATS",
    ),
    "leaky_relu": Explanation(
        "leaky_relu: relu with a small slope below 0",
        (
            "leaky_relu(x) = x if x ≥ 0 else 0.2·x",
            "The slope of 0.2 below 0 keeps every unit learning.",
            "Where many units of a relu layer are dead.",
        ),
        "Maas, Hannun & Ng 2013, ICML workshop (slope 0.01 there)",
    ),
    "elu": Explanation(
        "elu: exponential linear unit",
        (
            "elu(x) = x if x > 0 else eˣ − 1",
            "Smooth, down to −1; outputs have a mean nearer to 0 than relu's.",
            "For deeper dense networks without normalization.",
        ),
        "Clevert, Unterthiner & Hochreiter 2016, ICLR (arXiv:1511.07289)",
    ),
    "selu": Explanation(
        "selu: scaled elu",
        (
            "selu(x) = 1.05070098·(x if x > 0 else 1.67326324·(eˣ − 1))",
            "The two numbers keep mean 0 and variance 1 from layer to layer,",
            "where initial weights are LeCun's normal. Here they are Glorot's",
            "uniform, as Keras gives them, so that holds only roughly.",
            "For deep dense networks; not together with plain dropout.",
        ),
        "Klambauer et al. 2017, NeurIPS (arXiv:1706.02515)",
    ),
    "gelu": Explanation(
        "gelu: Gaussian error linear unit",
        (
            "gelu(x) = x·Φ(x)",
            "Φ(x) = (1 + erf(x / √2)) / 2",
            "x times the share of a normal distribution that lies below x:",
            "a smooth relu that dips to −0.17 near x = −0.75.",
            "Usual in transformers; slower than relu, often a little better.",
        ),
        "Hendrycks & Gimpel 2016 (arXiv:1606.08415)",
    ),
    "silu": Explanation(
        "silu: sigmoid linear unit, also called swish",
        (
            "silu(x) = x·σ(x)",
            "σ(x) = 1 / (1 + e⁻ˣ)",
            "A smooth relu that dips to −0.28 near x = −1.28.",
            "Usual in efficient convolutional networks; much like gelu.",
        ),
        "Elfwing, Uchibe & Doya 2018, Neural Networks 107",
    ),
    "mish": Explanation(
        "mish: a smooth relu",
        (
            "mish(x) = x·tanh(ln(1 + eˣ))",
            "Dips to −0.31 near x = −1.19; otherwise close to silu.",
            "Where silu works; the slowest to compute of its kind.",
        ),
        "Misra 2020, BMVC (arXiv:1908.08681)",
    ),
    "tanh": Explanation(
        "tanh: hyperbolic tangent",
        (
            "tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)",
            "From −1 to 1, centred on 0. Flat far from 0: gradients fade there,",
            "the more so the deeper the network.",
            "For shallow networks, and where outputs must stay bounded.",
        ),
        "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp",
    ),
    "sigmoid": Explanation(
        "sigmoid: the logistic function",
        (
            "sigmoid(x) = 1 / (1 + e⁻ˣ)",
            "From 0 to 1; its slope is at most 1/4, so gradients shrink with",
            "every layer. The classic of the 1980s.",
            "In hidden layers for comparison only: tanh or relu learn faster.",
        ),
        "Rumelhart, Hinton & Williams 1986, Nature 323",
    ),
    "hard_sigmoid": Explanation(
        "hard_sigmoid: sigmoid in three straight pieces",
        (
            "hard_sigmoid(x) = min(max(x + 3, 0), 6) / 6",
            "0 below −3, 1 above 3, a line of slope 1/6 between; no gradient",
            "outside it.",
            "Where sigmoid is too slow, as on small devices.",
        ),
        "Howard et al. 2019, ICCV (arXiv:1905.02244)",
    ),
    "softplus": Explanation(
        "softplus: relu with its corner rounded",
        (
            "softplus(x) = ln(1 + eˣ)",
            "Always above 0; its slope is the sigmoid, never quite 0.",
            "Where values must be positive. In hidden layers relu does better.",
        ),
        "Dugas et al. 2001, NIPS 13",
    ),
    "softsign": Explanation(
        "softsign: tanh with longer tails",
        (
            "softsign(x) = x / (1 + |x|)",
            "From −1 to 1. It nears its ends slowly, so units saturate later",
            "than with tanh.",
            "Instead of tanh in networks of several layers.",
        ),
        "Glorot & Bengio 2010, AISTATS",
    ),
    "linear": Explanation(
        "linear: no activation",
        (
            "linear(x) = x",
            "Linear layers in a row are together one linear layer: depth without",
            "another activation cannot learn more than softmax regression can.",
            "For bottlenecks, and to see what an activation is good for.",
        ),
        "Goodfellow, Bengio & Courville 2016, Deep Learning, § 6.1",
    ),
}
