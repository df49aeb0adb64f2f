"""How a scenario can end before its last step. Anything else that a step raises is our own error."""


class Blocked(Exception):  # noqa: N818
    """The subject was never reached; the message says what was missing."""


class Stopped(Exception):  # noqa: N818
    """Going on makes no sense after what was found; the findings say it all."""


class Nonconformity(Exception):  # noqa: N818
    """The scenario has findings that fail it; raised at its end, for pytest."""
