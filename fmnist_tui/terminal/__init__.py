"""A process and its terminal, without Textual: launcher, hang-up, standard error, signals."""
