class UserError(Exception):
    """An error that the user can fix; its one-line message says what is wrong and how to fix it."""
