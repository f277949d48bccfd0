"""The report: groups of runs in, Markdown and figures out."""
