"""What AWS has made and not yet told all of itself about: asked for again for a while.

A new role cannot be assumed, and a new queue's policy is not seen by S3, for some seconds. AWS says
so only in the words of its refusal; any other refusal is final. Which calls are made stands with
each resource.
"""

import time
from collections.abc import Callable
from typing import Final

from lakehouse.aws.errors import AwsFailure
from lakehouse.aws.polling import pauses

PROPAGATION: Final = 60.0  # seconds
_NOT_YET: Final = (
    "unable to assume provided role",
    "role should be assumable",
    "unable to validate the following destination configurations",
)


def when_propagated(call: Callable[[], None], patience: float = PROPAGATION) -> None:
    """Call until AWS no longer refuses for want of something just made, `patience` seconds long."""
    deadline = time.monotonic() + patience
    for pause in pauses(first=1.0, longest=8.0, growth=1.5):
        try:
            call()
            return
        except AwsFailure as failure:
            if not _is_not_yet(failure) or time.monotonic() + pause > deadline:
                raise
        time.sleep(pause)


def _is_not_yet(failure: AwsFailure) -> bool:
    return any(words in str(failure).lower() for words in _NOT_YET)
