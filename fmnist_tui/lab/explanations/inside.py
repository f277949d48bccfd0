from fmnist_tui.lab.explanation import Explanation

INSIDE = {
    "weights as pictures": Explanation(
        "weights as pictures: what a unit looks for",
        (
            "A unit of the first dense layer has a weight for each pixel:",
            "z = b + Σᵢ x[i]·w[i], x[i] the pixel from 0 to 1.",
            "Light: a bright pixel there raises z; dark: it lowers z.",
            "Of all images of one brightness, the one like w gives the highest z.",
            "A picture shows one unit alone; the network answers with all.",
            "Grain in the corners is where training had nothing to change.",
        ),
        "Erhan et al. 2009, Visualizing Higher-Layer Features, U. Montréal",
    ),
    "units that matter": Explanation(
        "units that matter: how much a unit moves the next layer",
        (
            "m[j] = sd(a[j])·‖w[j]‖, as a share of the sum over the units;",
            "a[j]: what unit j passes on, its sd over the validation images;",
            "w[j]: its weights into the next layer.",
            "A unit that always gives the same moves nothing: its part could be",
            "a bias. It looks at one unit at a time, and not at what the loss",
            "would lose: of two that say the same, each counts in full.",
        ),
        "after He, Fan, Qian, Tan & Yu 2014, ICASSP, pp. 245–249",
    ),
    "dead units": Explanation(
        "dead units: never above 0",
        (
            "A relu whose input is below 0 for every image always gives 0.",
            "Then its gradient is 0 too, and no step changes its weights again.",
            "Often the learning rate was too high. Lower it, try leaky_relu,",
            "or fewer units: a dead one only costs parameters.",
            "Here: dead on all validation images.",
        ),
        "Lu, Shin, Su & Karniadakis 2020, Dying ReLU (arXiv:1903.06733)",
    ),
    "combined weights": Explanation(
        "combined weights: a deeper layer back to the pixels",
        (
            "A deeper unit has weights for units, not for pixels. Its picture is",
            "the product W₁·W₂·…·w of the weights on the way to it, scaled by",
            "the normalizations: what it would see if activations were linear.",
            "That leaves out what relu cuts off: which units are 0 differs from",
            "image to image, so two images may see two different pictures.",
            "Read it as a sketch; the images that excite the unit are the proof.",
        ),
        "Erhan et al. 2009, Visualizing Higher-Layer Features, U. Montréal",
    ),
    "maps of a filter": Explanation(
        "maps of a filter: where in an image it finds what it looks for",
        (
            "A filter is laid over each place of the image in turn, and gives a",
            "number for each: Σ x·w + b, after its activation. The map draws them",
            "where they belong, black for 0, white for the map's highest.",
            "In the first layer filters find edges and textures; later ones, what",
            "those make together. A map that is black everywhere: a dead filter,",
            "or one that this image has nothing for.",
        ),
        "Zeiler & Fergus 2014, ECCV (arXiv:1311.2901)",
    ),
    "watching it learn": Explanation(
        "watching it learn: the first layer, epoch by epoch",
        (
            "Before the training the weights are noise. The first epochs draw the",
            "large shapes, later ones sharpen them; pixels that are always 0 keep",
            "their noise. Where the pictures still change at the end, more epochs",
            "may help; where only the strongest weights grow, it learns by heart.",
            "Kept: a byte a weight, of 64 units and 41 epochs at the most.",
        ),
        "after Zeiler & Fergus 2014, ECCV (arXiv:1311.2901), § 4.1",
    ),
    "occlusion": Explanation(
        "occlusion: which pixels decide",
        (
            "A small square of the image is hidden, here under background (0),",
            "and the network asked again: fall = p[answer] − p[answer, hidden].",
            "Once for each pixel, the square around it. Light: without these",
            "pixels the answer is less probable; dark: it is more probable.",
            "What is hidden leaves an edge, which the network may take for one of",
            "the image's: read the map by its large shapes.",
        ),
        "Zeiler & Fergus 2014, ECCV (arXiv:1311.2901), § 4.2",
    ),
    "through the layers": Explanation(
        "through the layers: what each unit makes of one image",
        (
            "a = f(W·x + b), layer by layer, each from the one before; of a",
            "filter the output of largest size, over all places.",
            "The last layer gives ten scores, and softmax makes probabilities.",
            "Few high bars: few units carry this image. Units have no order: the",
            "next training of the same recipe puts other units in each place.",
        ),
        "after Yosinski et al. 2015 (arXiv:1506.06579)",
    ),
    "two networks": Explanation(
        "two networks on one image: where they part",
        (
            "Compared is what both say of the same ten classes: the answer, the",
            "ranking down to the first class that differs, and the probabilities.",
            "Units cannot be compared one by one: two trainings learn similar",
            "sets of features, in other places and other mixtures.",
            "One image proves nothing about which network is better: the errors",
            "of two marked runs (e, then v) count all test images.",
        ),
        "Li, Yosinski, Clune, Lipson & Hopcroft 2016 (arXiv:1511.07543)",
    ),
    "a saved model": Explanation(
        "a saved model: model.keras",
        (
            "The layers, the weights and the loss in one file; best.keras where",
            "the best epoch is shown. keras.models.load_model(path) reads it",
            "without this program, in safe mode: it holds no code.",
            "Its input: images of shape (n, 28, 28), pixels from 0 to 1, so the",
            "data set's divided by 255. Its output: ten probabilities an image.",
            "The optimizer begins anew: its moments are not in it.",
        ),
        "Keras documentation, guide Save, serialize, and export models",
    ),
    "your own picture": Explanation(
        "your own picture: made what the network was trained on",
        (
            "As the data set's were: cut to its content, the longer side shrunk",
            "to 28 pixels, centred, made grey; negated if its ground is light.",
            "The authors' sharpening is left out. A network knows nothing but",
            "such images: an object on a patterned carpet is another task for it.",
            "It answers one of its ten classes to anything, a face too.",
        ),
        "Xiao, Rasul & Vollgraf 2017 (arXiv:1708.07747), § 2",
    ),
    "unlike the data": Explanation(
        "unlike the data: an image of a kind that the network never saw",
        (
            "Either no class stands out: its highest probability is below 50 %.",
            "Or its 5th nearest training image is farther than that of 99 in 100",
            "test images: d = √Σᵢ(x[i] − y[i])², pixels from 0 to 1, among 20,000",
            "training images; the limit is taken from 500 test images.",
            "A network is often sure of what it never saw, and distance between",
            "pixels grows with size and brightness too: neither proves much.",
        ),
        "Hendrycks & Gimpel 2017 (ICLR); Sun et al. 2022 (arXiv:2204.06507)",
    ),
    "images that excite a unit": Explanation(
        "images that excite a unit: where its output is highest",
        (
            "The validation images with the highest outputs of the unit, the",
            "highest first; of a filter, the highest output anywhere counts.",
            "What they share is what the unit answers to. They are its strongest",
            "answers, not its usual ones: look at how often it fires too.",
        ),
        "Zeiler & Fergus 2014, ECCV (arXiv:1311.2901)",
    ),
}
