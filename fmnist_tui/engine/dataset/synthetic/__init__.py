"""Garments drawn by the program where Fashion-MNIST is not available."""
