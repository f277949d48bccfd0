"""Filters such as `acc>0.87 params<60k depth=2 name~wide status=failed`."""
