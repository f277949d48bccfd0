"""What a trained network has learnt: its layers computed in NumPy, and what each unit does."""
