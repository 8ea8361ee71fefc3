"""What AWS has made and not yet told all of itself about: asked for again for a while.

A new role cannot be assumed, and a new queue's policy is not seen by S3, for some seconds; the name
of a queue is free again a minute after its deletion. AWS says so only in the words of its refusal;
any other refusal is final. Which calls are made stands with each resource.
"""

import time
from collections.abc import Callable
from typing import Final

from lakehouse.aws.errors import AwsFailure
from lakehouse.aws.polling import pauses

PROPAGATION: Final = 90.0  # seconds
# Words of AWS's refusals -> what is waited for.
_NOT_YET: Final = {
    "unable to assume provided role": "until Glue knows the new role",
    "role should be assumable": "until Glue knows the new role",
    "unable to validate the following destination configurations": "until S3 knows the new queues",
    "must wait 60 seconds after deleting": "a minute: a queue of that name was just deleted",
}


def when_propagated(
    call: Callable[[], None],
    tell: Callable[[str], None] = lambda words: None,
    patience: float = PROPAGATION,
) -> None:
    """Call until AWS no longer refuses for want of something just made, `patience` seconds long.

    `tell` is told once what is waited for.
    """
    told, deadline = False, time.monotonic() + patience
    for pause in pauses(first=1.0, longest=8.0, growth=1.5):
        try:
            call()
            return
        except AwsFailure as failure:
            waiting = _waited_for(failure)
            if waiting is None or time.monotonic() + pause > deadline:
                raise
            if not told:
                tell(f"waiting {waiting}")
                told = True
        time.sleep(pause)


def _waited_for(failure: AwsFailure) -> str | None:
    said = str(failure).lower()
    return next((what for words, what in _NOT_YET.items() if words in said), None)
