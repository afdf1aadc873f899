"""How long ago something was: `14:02:11, 5 minutes ago`."""

from __future__ import annotations

import time
from datetime import datetime

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def since(then: float) -> str:
    """An instant by this machine's clock, in seconds since the epoch; with its day where that is not today."""
    moment, now = datetime.fromtimestamp(then), time.time()
    day = "" if moment.date() == datetime.fromtimestamp(now).date() else f"{moment:%Y-%m-%d} "
    return f"{day}{moment:%H:%M:%S}, {_age(now - then)}"


def _age(seconds: float) -> str:
    for size, unit in _UNITS:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
