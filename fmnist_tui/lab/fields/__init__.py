"""Every figure and fact of a run or a group."""
