"""The settings of a user."""
