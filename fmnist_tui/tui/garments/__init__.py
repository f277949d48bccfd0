"""The garments themselves, drawn, and the data they come from."""
