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
    "overfitting": Explanation(
        "overfitting: learning the training images by heart",
        (
            "gap = training accuracy − validation accuracy",
            "The training loss still falls, the validation loss turns and rises:",
            "from there on the network learns what only its own images have.",
            "Remedies: stop there (early stopping), dropout, l2, a smaller",
            "network, more images. A gap alone is no fault: compare validation.",
        ),
        "Goodfellow, Bengio & Courville 2016, Deep Learning, § 5.2 and § 7.8",
    ),
}


SETTINGS = {
    "learning rate": Explanation(
        "learning rate: how far one step goes",
        (
            "η in the optimizer's formula; if you tune one value, tune this one.",
            "Too high: the loss jumps or becomes NaN. Too low: it is still",
            "falling at the last epoch.",
            "Try steps of about 3: 0.0003, 0.001, 0.003. The best value changes",
            "with the optimizer and with the batch size.",
        ),
        "Bengio 2012, Practical recommendations (arXiv:1206.5533)",
    ),
    "batch size": Explanation(
        "batch size: how many images make one step",
        (
            "steps per epoch = ⌈images / batch size⌉; 48,000 / 64 = 750",
            "The gradient of a step is the mean over its batch.",
            "Small: many noisy steps, slow on the clock. Large: few quiet ones,",
            "faster per epoch, and often more epochs are needed.",
            "Choose it for speed, then tune the learning rate again.",
        ),
        "Shallue et al. 2019, JMLR 20",
    ),
    "epochs": Explanation(
        "epochs: how often every training image is seen",
        (
            "steps = epochs·⌈images / batch size⌉",
            "Too few: validation loss is still falling. Too many: it rises again",
            "while training loss falls, which is overfitting.",
            "Read it off the curves, or set many and let early stopping decide.",
        ),
        "Goodfellow, Bengio & Courville 2016, Deep Learning, § 7.8",
    ),
    "validation fraction": Explanation(
        "validation fraction: images held out to choose by",
        (
            "held out = ⌈fraction·images⌉; 0.2 of 60,000 is 12,000",
            "They are never trained on: their loss and accuracy show whether the",
            "network learns or memorizes. Compare and stop by them, not by the",
            "test set, which would then no longer be new.",
            "0.1 to 0.2 is usual; 0 trains on all, and nothing can be chosen by.",
        ),
        "Hastie, Tibshirani & Friedman 2009, § 7.2",
    ),
    "split seed": Explanation(
        "split seed: which images are held out",
        (
            "random_state of scikit-learn's train_test_split; 42 in the report.",
            "Experiments share it, so that they are compared on the same images.",
            "Another one shows how much a result owes to the split.",
        ),
        "Bouthillier et al. 2021, MLSys (arXiv:2103.03098)",
    ),
    "patience": Explanation(
        "early stopping: how many epochs without a better loss",
        (
            "Training ends once the validation loss has set no new low for this",
            "many epochs in a row; 0 trains all epochs.",
            "It stops but does not go back: the test is of the last epoch.",
            "Needs images held out. 3 to 10; more where the curve is noisy.",
        ),
        "Prechelt 1998, Early Stopping – But When?",
    ),
    "seed": Explanation(
        "seed: the random draws of one run",
        (
            "Decides the initial weights, what dropout drops and the order of the",
            "images. The same seed on the same machine gives the same figures.",
            "Another one may move test accuracy by half a point. Never choose",
            "a network by its best seed.",
        ),
        "Bouthillier et al. 2021, MLSys (arXiv:2103.03098)",
    ),
    "repeats": Explanation(
        "repeats: how many seeds are trained",
        (
            "One run is one sample: repeats give a mean and its error.",
            "standard error of the mean = sd / √repeats",
            "At an sd of 0.25 points, 3, 5 and 10 repeats of each show",
            "differences of 0.77, 0.51 and 0.33 (80 % power, t test at 5 %).",
            "3 to look around, 5 or more to decide.",
        ),
        "Cohen 1988, Statistical Power Analysis; Bouthillier et al. 2021",
    ),
}
