"""Trainings on a cluster that take no time; `cluster_worker.py` has what they do."""

STAND_IN = "stand-in"
"""Experiments whose name begins so end when the gate is open that the rest of the name names."""
QUICK, KILLS, RAISES = f"{STAND_IN} quick", f"{STAND_IN} kills", f"{STAND_IN} raises"
"""Experiments that end at once, that kill three workers within an epoch, and that raise an error."""
