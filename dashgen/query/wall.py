"""Wall times of a zone turned into UTC by integer arithmetic, one offset per stretch between clock changes."""

from __future__ import annotations

import itertools

from sqlglot import exp

from dashgen.query.vocabulary import big, when
from dashgen.timeline import DAY, Zone


def to_utc(wall: exp.Expr, low: int, high: int, zone: Zone) -> exp.Expr:
    """Instants of the wall times `wall` (as if they were UTC) between `low` and `high`.

    A wall time that does not exist moves to the end of the gap; one that is repeated is the first.
    """
    segments = list(zone.segments(low - 2 * DAY, high + 2 * DAY))
    found: exp.Expr = exp.Sub(this=wall.copy(), expression=big(segments[-1][2]))
    for (_, change, before), (_, _, after) in reversed(list(itertools.pairwise(segments))):
        if after > before:
            gap = exp.LT(this=wall.copy(), expression=big(change + after))
            found = when(gap, big(change), found)
        earlier = exp.LT(this=wall.copy(), expression=big(change + before))
        found = when(earlier, exp.Sub(this=wall.copy(), expression=big(before)), found)
    return found
