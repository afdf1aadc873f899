"""The newest events: asked once for all tables of records that differ in their length alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashgen.fields import Field
from dashgen.model import Where
from dashgen.plan.questions import Question
from dashgen.plan.views import Newest
from dashgen.sources.base import RecordQuery

_WIDEN = 16
"""Records are looked for in the last sixteenth of the range first, then in all of it."""

Records = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Listing:
    """Events in an order without ties, newest first, of which a table shows the beginning."""

    source: str
    fields: tuple[str, ...]
    start: int
    end: int
    where: Where


def listings(questions: Iterable[Question]) -> dict[Listing, int]:
    """What is to be listed, and how much of it: as many events as the longest table shows."""
    found: dict[Listing, int] = {}
    for question in questions:
        if isinstance(question.view, Newest):
            key = _listing(question, question.view)
            found[key] = max(found.get(key, 0), question.view.count)
    return found


def _listing(question: Question, view: Newest) -> Listing:
    return Listing(question.source, view.fields, question.window.start, question.window.end, question.where)


def fetch(listing: Listing, count: int, records: Callable[[RecordQuery], Records]) -> Records:
    """The first `count` events of a listing, of a source that answers with `records`."""
    found: Records = ()
    for start in _starts(listing):
        found = records(RecordQuery(listing.fields, count, start, listing.end, listing.where))
        if len(found) == count:
            break
    return found


def _starts(listing: Listing) -> list[int]:
    """Where to begin looking: near the end first, because the newest of a narrow stretch are the newest of all."""
    if listing.end <= listing.start:
        return []
    near = listing.end - (listing.end - listing.start) // _WIDEN
    return [near, listing.start] if near > listing.start else [listing.start]


def rows(question: Question, found: Mapping[Listing, Records], fields: Mapping[str, Field]) -> list[dict[str, Any]]:
    """The events of a table, in shown units."""
    view, zone = question.view, question.window.zone
    assert isinstance(view, Newest)
    return [
        {
            name: zone.iso(v) if name == "time" else _shown(v, fields[name])
            for name, v in zip(view.fields, row, strict=True)
        }
        for row in found[_listing(question, view)][: view.count]
    ]


def _shown(value: Any, field: Field) -> Any:
    return value if value is None or field.scale == 1 else value / field.scale
