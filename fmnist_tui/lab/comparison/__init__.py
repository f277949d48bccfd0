"""Compare experiments side by side."""
