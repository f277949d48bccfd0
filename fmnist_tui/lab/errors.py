"""The root of every error that a person can mend."""


class UserError(Exception):
    """An error whose message is one line that says what is wrong and how to mend it."""
