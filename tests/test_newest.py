"""Tables of records: one query for all that differ in their length, and no more of the range than is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dashgen import newest
from dashgen.fields import CANONICAL
from dashgen.model import Condition, Relative, Where
from dashgen.plan.questions import Question, Reading
from dashgen.plan.views import Newest, Total, View
from dashgen.sources.base import RecordQuery
from dashgen.timeline import DAY, Zone, resolve

AS_OF = 20_000 * DAY
FIELDS = ("time", "model", "latency")
FAILED = (Condition("failed", any_of=(True,)),)


def question(count: int = 10, fields: tuple[str, ...] = FIELDS, days: int = 16, where: Where = FAILED) -> Question:
    return asked(Newest(fields, count), where, days)


def asked(view: View, where: Where = (), days: int = 16) -> Question:
    window = resolve(Relative(days, "d"), AS_OF, Zone("UTC"))
    return Question(view, "gateway", (Reading("", "gateway", where, 0, True),), window, (), 0.01)


@dataclass
class Log:
    """The records of a source with an event at each of these times."""

    times: Sequence[int]
    asked: list[RecordQuery] = field(default_factory=list)

    def records(self, query: RecordQuery) -> Sequence[tuple[Any, ...]]:
        self.asked.append(query)
        inside = [(time, "a", 1_500_000) for time in self.times if query.start <= time < query.end]
        return sorted(inside, reverse=True)[: query.count]


def test_tables_that_differ_in_their_length_are_asked_together() -> None:
    found = newest.listings([question(20), asked(Total(("requests",))), question(50), question(30)])
    assert list(found.values()) == [50]


def test_whatever_changes_the_events_or_their_order_is_asked_apart() -> None:
    """Ties are broken by the fields as they stand."""
    others = [question(fields=("time", "latency", "model")), question(days=8), question(where=())]
    assert len(newest.listings([question(), *others])) == 4


def test_a_shorter_table_is_the_beginning_of_a_longer_one() -> None:
    log = Log([AS_OF - 1 - n for n in range(40)])
    longer, shorter = question(30), question(3)
    ((listing, count),) = newest.listings([shorter, longer]).items()
    found = {listing: newest.fetch(listing, count, log.records)}
    rows = newest.rows(shorter, found, CANONICAL)
    assert len(rows) == 3
    assert rows == newest.rows(longer, found, CANONICAL)[:3]
    assert rows[0]["latency"] == 1500


def test_the_end_of_the_range_is_enough_where_it_is_full() -> None:
    log = Log([AS_OF - 1 - n for n in range(40)])
    ((listing, count),) = newest.listings([question(40)]).items()
    assert len(newest.fetch(listing, count, log.records)) == 40
    assert [query.start for query in log.asked] == [AS_OF - DAY]


def test_all_of_the_range_is_asked_where_the_end_is_too_short() -> None:
    log = Log([AS_OF - 1, AS_OF - 3 * DAY, AS_OF - 17 * DAY])
    ((listing, count),) = newest.listings([question(40)]).items()
    assert [time for time, *_ in newest.fetch(listing, count, log.records)] == [AS_OF - 1, AS_OF - 3 * DAY]
    assert [query.start for query in log.asked] == [AS_OF - DAY, AS_OF - 16 * DAY]
