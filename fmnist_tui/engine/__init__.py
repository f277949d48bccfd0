"""Everything that computes: data, models, training; no screen."""
