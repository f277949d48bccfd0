"""The program with slow trainings in place of TensorFlow's: `python slow_program.py WORDS…`.

Its workers import this file as their main module, so they train slowly too.
"""

from slow_trainer import install

from fmnist_tui.cli import main

install()

if __name__ == "__main__":
    main()
