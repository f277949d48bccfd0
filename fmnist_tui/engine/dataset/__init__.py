"""Fashion-MNIST: find, download, check and split it, or draw synthetic garments instead."""
