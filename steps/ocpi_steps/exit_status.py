"""Exit statuses, part of the outer contract."""

from enum import IntEnum


class ExitStatus(IntEnum):
    CONFORMANT = 0
    """Nothing failed, nothing errored."""
    NOT_CONFORMANT = 1
    USAGE = 2
    """A wrong option or configuration."""
    NO_ANSWER = 3
    """The target gave no HTTP answer at all."""
    OUR_ERROR = 4
