"""The report: Markdown and figures of groups of runs."""
