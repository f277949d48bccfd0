import errno

_ADVICE = {
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.ENOSPC: "make room",
    errno.EDQUOT: "make room",
    errno.EACCES: "correct its permissions, or name another place",
    errno.EPERM: "correct its permissions, or name another place",
    errno.EROFS: "name another place",
    errno.ENOTDIR: "move away the file that stands where a folder should be",
    errno.ELOOP: "remove the link that leads to itself",
    errno.EIO: "check the disk",
}


class UserError(Exception):
    """An error that the user can fix; its one-line message says what is wrong and how to fix it."""


def advice(error: OSError) -> str:
    """Return advice to append to a system error's message: `; make room`."""
    words = _ADVICE.get(error.errno or 0)
    return f"; {words}" if words else ""
