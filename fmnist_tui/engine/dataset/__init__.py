"""The data room: finding, fetching, checking and splitting Fashion-MNIST, and the garments drawn in its stead."""
