"""Every fixed sentence of the report in its order, with named places for what changes; `es.po` translates them.

Texts of a notebook that are put into Markdown are escaped before.
"""

from fmnist_tui.lab.language.catalogue import translated_plural

Forms = tuple[str, str]
"""A count with its noun, for one and for many."""


def count(forms: Forms, number: int) -> str:
    """Return a count in words: `1 run`, `1,200 runs`."""
    return translated_plural(*forms, number)


RUNS: Forms = ("{n:,} run", "{n:,} runs")
FINISHED_RUNS: Forms = ("{n:,} finished run", "{n:,} finished runs")
EXPERIMENTS: Forms = ("{n:,} experiment", "{n:,} experiments")
NETWORKS: Forms = ("{n:,} network", "{n:,} networks")
DIFFERENT_NETWORKS: Forms = ("{n:,} different network", "{n:,} different networks")
EPOCHS: Forms = ("{n:,} epoch", "{n:,} epochs")
EPOCHS_IN_A_ROW: Forms = ("an epoch", "{n:,} epochs in a row")
OTHERS: Forms = ("the other one", "the {n:,} others")
LOST: Forms = ("{n:,} run did not finish", "{n:,} runs did not finish")
COMPARISONS: Forms = ("{n:,} comparison", "{n:,} comparisons")
SEEDS: Forms = ("seed", "seeds")
ARE_WORSE: Forms = ("{n:,} is clearly worse than it", "{n:,} are clearly worse than it")
ARE_BETTER: Forms = ("{n:,} is clearly better than it", "{n:,} are clearly better than it")
ARE_POSSIBLE: Forms = ("{n:,} possibly differs from it", "{n:,} possibly differ from it")
ARE_OPEN: Forms = ("{n:,} cannot be told from it", "{n:,} cannot be told from it")
ARE_SINGLE: Forms = (
    "{n:,} cannot be compared for lack of a second run",
    "{n:,} cannot be compared for lack of a second run",
)
FROM_TO = "{low} to {high}"
DONE_OF = "{done} of {planned}"
NO_NAME = "(no name)"

# Title and opening
TITLE = "Neural networks on Fashion-MNIST"
OTHER_TITLE = "Neural networks on {data}"
SYNTHETIC_TITLE = "Neural networks on synthetic garments, not on Fashion-MNIST"
WRITTEN = "Written {when}"
WRITTEN_BY = "Written {when} by {author}"
EXTENT = "{experiments} with {runs}, trained {days}."
EXTENT_LOST = "{experiments} with {runs}, trained {days}; {lost}."
NOTHING_FINISHED = "No run has finished yet."
ON_DAY = "on {first}"
BETWEEN_DAYS = "between {first} and {last}"
ALL_SYNTHETIC = (
    "**Synthetic data.** All the results are on garments that fmnist-tui draws itself, because Fashion-MNIST was "
    "missing or not asked for. They say nothing about Fashion-MNIST and must not be compared with published figures."
)
SOME_SYNTHETIC = (
    "**Synthetic data.** Some of the results, in tables of their own, are on garments that fmnist-tui draws itself, "
    "because Fashion-MNIST was missing or not asked for. They say nothing about Fashion-MNIST and must not be compared "
    "with published figures."
)

# Question and hypotheses
QUESTION = "Question and hypotheses"
QUESTION_TEXT = (
    "Which of {networks} should be chosen to tell the ten classes of {data} apart, and which of the differences "
    "between them are more than the noise from one seed to the next?"
)
QUESTION_OF_ONE = (
    "How well does one network tell the ten classes of {data} apart, and how much of that changes from one seed to "
    "the next?"
)
HYPOTHESES = (
    "Hypotheses, as the plans state them. Below each stands the plain claim about validation accuracy that it was "
    "tested as, and the answer: *supported* or *not supported* where the difference is clear (p below 0.05, corrected "
    "as in the tables), for *as good as* where the whole interval is inside or outside the margin; else *not decided*."
)
ANSWERS = {
    "supported": "Supported",
    "not supported": "Not supported",
    "not decided": "Not decided",
    "not judged": "Not judged",
}
CLAIMS = {
    "better": "{name} has a higher accuracy than {other}",
    "worse": "{name} has a lower accuracy than {other}",
    "alike": "{name} is as good as {other}, within {margin} points",
}
CLAIMS_OF_ALL = {
    "better": "every other network has a higher accuracy than {name}",
    "worse": "every other network has a lower accuracy than {name}",
    "alike": "every other network is as good as {name}, within {margin} points",
}
TESTED_AS = "Tested as: *{claim}*."
HYPOTHESIS_DIFFERENCE = "Difference {difference} points (95 % interval {low} to {high}, n = {n}, {p})."
HYPOTHESIS_EQUIVALENCE = "Difference {difference} points (90 % interval {low} to {high}, n = {n})."
HYPOTHESIS_ALIKE = "They are as good as each other within {margin} points."
HYPOTHESIS_TOO_FEW = "One of the two has a single run, so nothing says what is chance."
HYPOTHESIS_NOT_TRAINED = "It has no finished run yet."
HYPOTHESIS_DENIES = "It denies something, which the program does not judge. Against {other}:"
HYPOTHESIS_DENIES_ALL = "It denies something, which the program does not judge."
ARE_SO: Forms = ("{n:,} is so", "{n:,} are so")
ARE_NOT_SO: Forms = ("{n:,} is not", "{n:,} are not")
ARE_UNDECIDED: Forms = ("{n:,} is not decided", "{n:,} are not decided")
FITS_LEAST = "The one that fits it least is {network}."
NO_HYPOTHESIS = "The plans state no hypothesis."
TRIED = "What was tried:"
OTHER_EXPERIMENTS = "other experiments"

# Summary
SUMMARY = "Summary"
CONCLUSION = "The network to choose is {network}: of {networks} it has the highest validation accuracy, {accuracy}."
CONCLUSION_SELECTED = (
    "The network is {network}, selected by hand (`--select`) and not by its validation accuracy, {accuracy}; by that "
    "it would be {best}."
)
CONCLUSION_SELECTED_BEST = (
    "The network is {network}, selected by hand (`--select`); its validation accuracy, {accuracy}, is also the "
    "highest of {networks}."
)
CONCLUSION_SELECTED_UNVALIDATED = "The network is {network}, selected by hand (`--select`)."
CONCLUSION_ONLY = "The one network trained is {network}, with a validation accuracy of {accuracy}."
NOTHING_TO_CHOOSE_BY = (
    "No network can be chosen: no images were held out for validation, and the test set is not for choosing."
)
TESTED = "On the test set, which had no part in the choice, it reaches an accuracy of {accuracy} and a loss of {loss}."
TESTED_SELECTED = "On the test set it reaches an accuracy of {accuracy} and a loss of {loss}."
NOT_TESTED = "It was not tested."
OTHERS_AGAINST_IT = "Of {others}, {verdicts}."
NO_OTHERS = "There is no other network to compare it with."
CHEAPER = (
    "The smallest network shown to be as good within {margin} points is {network}, with {parameters:,} parameters in "
    "place of {most:,}."
)
NO_CHEAPER = "No smaller network was shown to be as good within {margin} points."
NOISE = (
    "From seed to seed, test accuracy has a standard deviation of {sd} percentage points (pooled over all experiments "
    "with more than one run), so smaller differences between single runs mean little."
)
NO_NOISE = (
    "Each network was trained once, so nothing here says how much of a difference is chance: a second seed could "
    "change the choice."
)
OVER_RUNS = "{mean} ± {sd} over {n} seeds (95 % interval of the mean {low} to {high})"
ONE_RUN = "{mean} in a single run"

# Data and protocol
DATA = "Data"
DATASETS = {"fashion-mnist": "Fashion-MNIST", "synthetic": "the synthetic garments"}
FASHION_MNIST = "Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017)"
SYNTHETIC_GARMENTS = "Synthetic garments that fmnist-tui draws itself, the same on every machine; **not Fashion-MNIST**"
OTHER_DATA = "{name}, data that were given to the program; MD5 of the files, unpacked: {sums}"
DATA_TEXT = (
    "{data}: {images:,} training and {test_images:,} test images of 28×28 grey levels in ten classes ({classes}). "
    "Pixels are divided by 255. {split}"
)
SPLIT = (
    "{trained:,} of the training images are trained on and {held_out:,} held out for validation, by "
    "`train_test_split(test_size={fraction}, random_state={seed})`."
)
NO_SPLIT = "There is no split: all {images:,} training images are trained on, and there is no validation."
PROTOCOL = "Protocol"
NETWORK = (
    "**Network:** the image, 28×28×1; the layers that the table names (a number alone is a dense layer of that many "
    "ReLU units, after flatten); then 10 dense units with softmax."
)
TRAINED_WITH = (
    "**Training:** sparse categorical cross-entropy; optimizer `{optimizer}` at a learning rate of {rate}, the rest as "
    "Keras has it; batches of {batch:,}; {epochs}."
)
TRAINED_WITH_STOPPING = (
    "**Training:** sparse categorical cross-entropy; optimizer `{optimizer}` at a learning rate of {rate}, the rest as "
    "Keras has it; batches of {batch:,}; {epochs} at most, fewer after {patience} without a better validation loss "
    "(the patience)."
)
SEED = (
    "**Seed:** decides the first weights, what dropout drops and the order of the images. The runs of an experiment "
    "differ in nothing else."
)
TEST = "**Test:** once, at the end, with the weights of the last epoch."
CHOICE_RULE = (
    "**Choice:** the highest mean validation accuracy after the last epoch; networks with several seeds come before "
    "those with one."
)
EXCEPTIONS = "**Exceptions:** where an experiment differs in {names}, the table of results has a column for that."

# Explanations
EXPLANATIONS = "The networks, explained"
EXPLANATIONS_TEXT = "What the networks of this report are made of, and how they are trained and judged."
SOURCE = "Source: {source}."

# Results
RESULTS = "Results"
RESULTS_ON = "Results on {data}"
AGAINST_PUBLISHED = "Against the published figures"
AGAINST_PUBLISHED_ON = "Against the published figures on {data}"
CHOSEN_ON_TEST = "The chosen network on the test set"
CHOSEN_ON_TEST_TEXT = "{network}, tested once at the end of each run: accuracy {accuracy}, loss {loss}."
PER_CLASS = (
    "By class, over the {images:,} test images of {runs} together; of the images put in a class, precision is "
    "the part that belongs there; of those that belong there, recall is the part that was found; F1 is the harmonic "
    "mean of both:"
)
COLUMNS = {
    "number": "#",
    "interval": "95 % interval",
    "against": "vs {name} (points)",
    "verdict": "verdict",
    "one_run": "one run of ours, 95 %",
    "published_accuracy": "published accuracy",
    "published_loss": "published loss",
    "difference": "ours - published (points)",
    "class": "class",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "images": "images",
    "taken_for": "most often taken for",
}
BASELINE = "the baseline"
THE_CHOICE = "the choice"
OLDER_RECIPE = "an older recipe: the plan of this name has changed since"
READING = "How to read the tables"
ORDER = "**Order:** the best validation accuracy first; the number stands for the network in the figures too."
ACCURACY_AND_LOSS = (
    "**Accuracy** is the part of the images put in their right class, **loss** the mean cross-entropy in nats; both "
    "after the last epoch."
)
PENALTY = (
    "**l2** in a layer is a penalty on its weights, l2 times the sum of their squares, and is in every loss of that "
    "network: compare it with others by accuracy, not by loss."
)
PLUS_MINUS = (
    "**Mean ± standard deviation** over the *n* finished runs: the deviation says how far one run lies from another, "
    "not how sure the mean is. **95 % interval:** where the mean over all seeds lies (Student's t)."
)
NO_ERROR_BAR = (
    "**n = 1: no error bar.** A figure without ± is a single run. Another seed would have given another figure, so a "
    "small difference between single runs may be chance."
)
TWICE = "**A seed that was trained twice** counts once, by its latest run."
VERDICTS = (
    "**Verdict** on the difference to {name} in validation accuracy: *clear* where p < 0.05, *possible* where "
    "p < 0.20, else *not resolved*, with about how many more seeds would show it; p from a t test, corrected for "
    "{comparisons} (Holm). Two networks that share two or more seeds are compared over these alone, pair by pair: "
    "where one has more seeds, the difference is not quite that of the means."
)
PUBLISHED = (
    "**Published** figures are what {source}. The difference is our test accuracy minus the published one, in "
    "percentage points; a published figure outside of *one run of ours* is one that our recipe would hardly give."
)
BY_LAB_REPORT = "the lab report printed: one run each, no seed given"
BY_OTHERS = "others printed"
SECONDS = "**Seconds** are the mean time of a run, on the machines named under Environment."

# Figures
FIGURES = "Figures"
FIGURE = "**Figure {number}.** {caption}"
TRAINING = "training"
VALIDATION = "validation"
METRICS = {"accuracy": "accuracy", "loss": "loss"}
EPOCH = "epoch"
FIGURE_ON = "On {data}."
CURVES_CAPTION = (
    "Curves of {metric}, networks {first} to {last}: training solid, validation dashed; the line is the mean over the "
    "seeds, the band one standard deviation to either side. All panels have the same vertical axis."
)
CURVES_CAPTION_CUT = (
    "Curves of {metric}, networks {first} to {last}: training solid, validation dashed; the line is the mean over the "
    "seeds, the band one standard deviation to either side. All panels have the same vertical axis, which leaves out "
    "the few values far from the others."
)
CURVES_ALT = (
    "Curves of {metric} by epoch in a panel for each of the networks {first} to {last}. After the last epoch: {ends}."
)
ENDS = "{which} {low} to {high}"
NO_CURVES = "no values"
TRADEOFF_CAPTION = (
    "Validation accuracy against the number of parameters. Bars: 95 % interval of the mean. The line is the front, "
    "through the filled networks: no other network is both smaller and better than one of these. Its knee is the point "
    "from which more parameters buy less."
)
TRADEOFF_ALT = (
    "Validation accuracy against parameters of {networks} networks. On the front are the networks {on_front}: from "
    "{low} at {cheapest} parameters to {high} at {dearest}. {knee}"
)
KNEE_ALT = "The knee of the front is network {number}."
NO_KNEE = "The front has no knee."
FRONT = "front"
KNEE_LABEL = "knee: {number} ({network})"
CHOSEN_LABEL = "chosen: {number} ({network})"
PARAMETERS_AXIS = "parameters (logarithmic)"
VALIDATION_ACCURACY = "validation accuracy"
CONFUSION_CAPTION = (
    "Confusion matrix of the chosen network on the test set, all its runs together: of each true class (row), the "
    "percentage put in each class."
)
MISTAKES_CAPTION = (
    "Below, the mistakes that one run was surest of: true class, its answer, and the probability it gave."
)
NO_IMAGES_CAPTION = (
    "Its worst mistakes are not shown as images: no predictions of it are kept in `runs/`, or the images are not on "
    "this machine."
)
CONFUSION_ALT = (
    "Confusion matrix on the test set: between {low} and {high} of a class are right. Most often wrong: {often}."
)
NO_MISTAKE = "nothing"
MISTAKES_ALT = "Images of the surest mistakes: {mistakes}."
CONFUSION_TITLE = "% of the true class"
PREDICTED_CLASS = "predicted class"
TRUE_CLASS = "true class"

# Interpretation
INTERPRETATION = "Interpretation"
INTERPRETATION_TEXT = (
    "What the results say, the most useful first. *Clear* findings passed a test corrected for the number of "
    "comparisons; *possible* ones are worth another run before they are believed. A difference between two networks is "
    "over the seeds that both have."
)
NO_CLUES = "The results say nothing more than the tables do."
CERTAINTY = {"clear": "clear", "possible": "possible"}
MORE_CLUES: Forms = (
    "{n:,} more finding is left out here, as less useful: `fmnist-tui clues --all` shows all.",
    "{n:,} more findings are left out here, as less useful: `fmnist-tui clues --all` shows all.",
)
NEXT_STEPS = "What to try next:"

# Choice
CHOICE = "The choice, and why"
CHOSEN_BECAUSE = "The choice is {network}: its mean validation accuracy, {accuracy}, is the highest of {networks}."
CHOSEN_AMONG_REPEATED = "Networks with a single run were not considered, as theirs may be luck."
SELECTED_BECAUSE = "{network} was selected by hand with `--select`; this report did not choose it."
WOULD_BE = "By validation accuracy the choice would have been {best}: {accuracy}."
NOT_TOLD_APART = "Not clearly different from it at the number of seeds trained: {networks}."
SMALLER = (
    "Where size counts, take {network}: its validation accuracy differs by {difference} points (90 % interval {low} "
    "to {high}), which is shown to be less than {margin} points, with {parameters:,} parameters in place of {most:,}."
)
KNEE = (
    "The front of accuracy against parameters has its knee at {network}: beyond it, a doubling of the parameters buys "
    "less than before."
)
TEST_HAD_NO_PART = "The test set had no part in the choice."

# Limits
LIMITS = "Limits"
LIMIT_CHOICE = (
    "**Chosen for being best.** As the highest of {networks}, its validation accuracy looks about {points} percentage "
    "points better than it is (the mean of the highest of such noisy means); the test accuracy does not."
)
LIMIT_CHOICE_UNKNOWN = (
    "**Chosen for being best.** The highest of {networks} looks better on validation than it is, by how much cannot "
    "be said without repeats."
)
LIMIT_SELECTED = "**Selected by hand.** If the test figures were seen before, its test accuracy is no longer new."
LIMIT_COMPARISONS = (
    "**Many comparisons.** {comparisons} with the chosen network were made; their p values are corrected for that "
    "(Holm), which keeps false alarms below 5 % and hides some true differences."
)
LIMIT_SPLIT = (
    "**One split.** Intervals are over seeds alone; another split into training and validation images would move "
    "all results a little more."
)
LIMIT_TEST = (
    "**One test set.** With {images:,} images, an accuracy of {accuracy} is known to about ± {error} for other images "
    "of the same kind, however many seeds are trained."
)
LIMIT_SINGLE: Forms = (
    "**Single runs.** {n:,} network of this report was trained with one seed only and has no error bar.",
    "**Single runs.** {n:,} networks of this report were trained with one seed only and have no error bar.",
)
UNFINISHED = "Runs that did not finish"
UNFINISHED_TEXT = "They count in no figure of this report."
ALL_FINISHED = "**No run failed** or was stopped."
UNFINISHED_COLUMNS = ("experiment", "architecture", "data", "seed", "status", "epochs", "reason")
STILL_TO_TRAIN = "Still to train"
STILL_TO_TRAIN_LINE = "{name} (`{network}`): {missing} of {runs}, {seeds}"
SEED_LIST = "{seeds} {numbers}"

# Environment and reproduction
ENVIRONMENT = "Environment"
ENVIRONMENT_COLUMNS = ("Python", "TensorFlow", "Keras", "fmnist-tui", "machine", "runs")
NOT_RECORDED = "not recorded"
REPRODUCTION = "How to reproduce this"
REPRODUCTION_TEXT = "Each line of the table of results by its number, then the report:"
PLANS = "Those with a plan are also trained by `fmnist-tui run`, which trains what the notebook's plans lack."
LAB_REPORT_PLANS = (
    "`fmnist-tui init` writes a notebook with the lab report's experiments, and `fmnist-tui run` trains them."
)
THIS_REPORT = "this report"
SAME_FIGURES = (
    "On the same machine, with the same versions, the same seed gives the same figures; elsewhere they differ by some "
    "of the noise between seeds."
)
SCRIPT = "The chosen network as a Keras script"
SCRIPT_TEXT = (
    "It does the training of seed {seed} with Keras alone; its random draws are its own, so its figures differ by the "
    "noise between seeds."
)
SCRIPT_RESULT = "Test accuracy {ours}; the recorded run of seed {seed} had {recorded}"

# References
REFERENCES = "References"
DATA_REFERENCE = (
    "Xiao, H., Rasul, K. and Vollgraf, R. (2017). *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine "
    "Learning Algorithms*. arXiv:1708.07747. The data: Zalando SE, MIT licence, "
    "<https://github.com/zalandoresearch/fashion-mnist>."
)
LAB_REPORT_REFERENCE = (
    "Pacheco Valdez, D. (2024). *Fashion MNIST y Arquitecturas de Red*. Laboratory report, Universidad "
    "Iberoamericana de Puebla. The published figures are its own."
)
