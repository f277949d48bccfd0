class UserError(Exception):
    """An error the user can fix; its message is one line that says what is wrong and how to fix it."""
