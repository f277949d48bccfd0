"""What the units of a trained network look for, as pictures of their weights."""
