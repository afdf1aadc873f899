"""Where buckets of lines, sparklines and hours may begin in a page, for each size that its script can come to need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashgen import packed
from dashgen.model import Every
from dashgen.plan.interactive import Interactive, LiveQuestion, every_of
from dashgen.plan.views import is_bucketed, is_clocked
from dashgen.timeline import Shift, Window, default_every, ladder, length

_TRIED = (Every(1, "min"), Every(5, "min"), Every(1, "h"))
"""Sizes under a day that the script tries where a widget says none."""


def ladders(live: Interactive) -> list[dict[str, Any]]:
    """Fine to coarse: a size, its edges, and `since` when the cubes have them."""
    edges = _edges(live)
    followers = _followers(live)
    return [
        {
            "every": [every.count, every.unit],
            "since": max(followers.get(every, [live.since])) if _is_sub_day(every) else live.since,
            "edges": packed.deltas(sorted(edges[every])),
        }
        for every in sorted(edges, key=length)
    ]


def _edges(live: Interactive) -> dict[Every, set[int]]:
    found: dict[Every, set[int]] = {}
    for one in live.questions.values():
        for every, window in _asked(live, one):
            found.setdefault(every, set()).update(ladder(window, every))
    return found


def _followers(live: Interactive) -> dict[Every, list[int]]:
    """For each question that follows the page's range: from when it has a size, `as_of` where that is only tried."""
    found: dict[Every, list[int]] = {}
    for one in live.questions.values():
        if one.is_pinned or not is_bucketed(one.question.view):
            continue
        own: dict[Every, int] = {}
        for every, window in _asked(live, one):
            own[every] = min(own.get(every, window.start), window.start)
        for every in {*own} if one.widget.every else _TRIED:
            found.setdefault(every, []).append(own.get(every, live.asked.as_of))
    return found


def _asked(live: Interactive, one: LiveQuestion) -> Iterator[tuple[Every, Window]]:
    """The bucket sizes of a question over each of its ranges, and those of ranges of the viewer's own."""
    whole = _whole(live)
    if is_bucketed(one.question.view):
        yield from _offered(live, one)
    if is_clocked(one.question.view):
        windows = [window for window in one.windows if not window.is_empty]
        yield from ((Every(1, "h"), window) for window in [*windows, *([whole] if whole else [])])
    if whole and not one.is_pinned and is_bucketed(one.question.view):
        yield from _own(one, whole)


def _whole(live: Interactive) -> Window | None:
    """Everything that ranges of the viewer's own can reach."""
    custom = live.custom
    return Window(custom[0], custom[-1], custom[-1], Shift(), live.windows[0].zone) if custom else None


def _offered(live: Interactive, one: LiveQuestion) -> Iterator[tuple[Every, Window]]:
    usual = [default_every(one.windows[0])] if one.is_pinned else live.every
    for window, size in zip(one.windows, usual, strict=True):
        if not window.is_empty:
            yield _rung(every_of(one.widget.every, window, size)), window


def _own(one: LiveQuestion, whole: Window) -> Iterator[tuple[Every, Window]]:
    """Of days and longer ones every size is there."""
    written = [one.widget.every] if one.widget.every else []
    sizes = {Every(1, "d"), *map(_rung, (default_every(whole), *written))}
    return ((size, whole) for size in sizes if not _is_sub_day(size))


def _is_sub_day(every: Every) -> bool:
    return every.unit in ("min", "h")


def _rung(every: Every) -> Every:
    """Days and longer units by ones: the script counts from the one that holds a range's start."""
    return every if _is_sub_day(every) else Every(1, every.unit)
