"""The built-in garments, drawn by the program itself for machines that cannot have Fashion-MNIST."""
