"""The newest events: asked once for all tables of records that differ in their length alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashgen.cube import holds
from dashgen.fields import Field
from dashgen.model import Where
from dashgen.plan.questions import Question, Shelf
from dashgen.plan.views import Newest
from dashgen.sources.base import RecordQuery
from dashgen.timeline import Zone

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
    mask: tuple[str, ...] = ()


def listings(questions: Iterable[Question]) -> dict[Listing, int]:
    """What is to be listed, and how much of it: as many events as the longest table shows."""
    found: dict[Listing, int] = {}
    for question in questions:
        if isinstance(question.view, Newest):
            key = _listing(question, question.view)
            found[key] = max(found.get(key, 0), question.view.count)
    return found


def query(question: Question) -> RecordQuery:
    """What a table of records asks for by itself."""
    view = question.view
    assert isinstance(view, Newest)
    listing = _listing(question, view)
    return RecordQuery(listing.fields, view.count, listing.start, listing.end, listing.where, listing.mask)


def _listing(question: Question, view: Newest) -> Listing:
    shelf = question.shelf
    if shelf is None:
        window = question.window
        return Listing(question.source, view.fields, window.start, window.end, question.where, question.mask)
    fields = dict.fromkeys((*view.fields, *shelf.dimensions, "time"))
    return Listing(question.source, tuple(fields), shelf.start, shelf.end, shelf.where, question.mask)


def fetch(listing: Listing, count: int, records: Callable[[RecordQuery], Records]) -> Records:
    """The first `count` events of a listing, of a source that answers with `records`."""
    found: Records = ()
    for start in _starts(listing):
        found = records(RecordQuery(listing.fields, count, start, listing.end, listing.where, listing.mask))
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
    return [told.row for told in shelved(question, found, fields) if _is_asked(told, question)]


def cut(question: Question, found: Mapping[Listing, Records]) -> int:
    """How many records a page with filters ships for a table, where there are older ones; else 0."""
    view = question.view
    assert isinstance(view, Newest)
    is_cut = question.shelf is not None and len(found[_listing(question, view)]) >= view.count
    return view.count if is_cut else 0


@dataclass(frozen=True, slots=True)
class Told:
    """A record as a table shows it, its instant, and what it can be chosen by."""

    row: dict[str, Any]
    time: int
    values: Mapping[str, Any]


def shelved(question: Question, found: Mapping[Listing, Records], fields: Mapping[str, Field]) -> list[Told]:
    """Every record that a page ships for a table, newest first."""
    view, shelf = question.view, question.shelf
    assert isinstance(view, Newest)
    listing = _listing(question, view)
    return [
        _told(dict(zip(listing.fields, row, strict=True)), view, shelf, question.window.zone, fields)
        for row in found[listing][: view.count]
    ]


def _told(
    record: Mapping[str, Any], view: Newest, shelf: Shelf | None, zone: Zone, fields: Mapping[str, Field]
) -> Told:
    row = {n: zone.iso(record[n]) if n == "time" else _shown(record[n], fields[n]) for n in view.fields}
    return Told(row, record.get("time", 0), {name: record[name] for name in shelf.dimensions} if shelf else {})


def _is_asked(told: Told, question: Question) -> bool:
    """Whether a record lies in the table's range and meets the filters' defaults."""
    shelf, window = question.shelf, question.window
    if shelf is None:
        return True
    chosen = [condition for condition in question.where if condition not in shelf.where]
    inside = window.start <= told.time < window.end
    return inside and all(holds(condition, told.values[condition.dimension]) for condition in chosen)


def _shown(value: Any, field: Field) -> Any:
    return value if value is None or field.scale == 1 else value / field.scale
