"""The base of every error the platform raises on purpose.

Only the base stands here. A subclass stands beside the code that raises it; its message names what
failed, where (file, key, day or AWS id), why, and what to do next. The command line prints it as
one line; nothing else may reach a user as a traceback.
"""


class LakehouseError(Exception):
    """A failure the platform can explain: the message is written for the user."""
