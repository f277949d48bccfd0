"""The notebook: experiments and runs in a plain-text file that a person reads, edits and commits."""
