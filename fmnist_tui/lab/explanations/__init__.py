"""What the words of the lab mean: each in a few lines, with its formula and where it comes from."""
