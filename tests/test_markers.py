from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dashgen import markers
from dashgen.axes import Axis
from dashgen.model import Annotation
from dashgen.widgets.base import Frame, Picture
from tests.drawn import AT, answer, context, days, layers, picture, widget

DAY = 86_400_000
ROWS = [{"time": time, "cost": n} for n, time in enumerate(days(30))]


def note(start: date | datetime, end: date | datetime | None = None, text: str = "x") -> Annotation:
    return Annotation(text, start, end, AT)


def shown(*notes: Annotation) -> list[markers.Marker]:
    """In June 2025, in Rome."""
    return markers.shown(notes, answer([]), context())


def reading(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "at"),
    [
        (date(2025, 6, 12), "2025-06-12T00:00"),
        (datetime(2025, 6, 12, 9, 30), "2025-06-12T09:30"),
        (datetime(2025, 6, 12, 9, 30, tzinfo=UTC), "2025-06-12T11:30"),
    ],
)
def test_a_moment_stands_on_the_dashboards_clock(start: date | datetime, at: str) -> None:
    (found,) = shown(note(start))
    assert found.is_moment
    assert found.low == reading(at)


def test_a_span_of_dates_includes_its_last_day() -> None:
    (found,) = shown(note(date(2025, 6, 12), date(2025, 6, 13)))
    assert (found.low, found.high) == (reading("2025-06-12"), reading("2025-06-14"))


@pytest.mark.parametrize(
    "outside",
    [
        note(date(2025, 5, 31)),
        note(date(2025, 7, 1)),
        note(date(2025, 5, 1), date(2025, 5, 31)),
        note(date(2025, 7, 1), date(2025, 7, 3)),
    ],
)
def test_what_lies_outside_the_range_is_not_shown(outside: Annotation) -> None:
    assert shown(outside) == []
    assert shown(note(date(2025, 6, 1)), outside) == shown(note(date(2025, 6, 1)))


def test_a_span_is_cut_by_the_range() -> None:
    (found,) = shown(note(date(2025, 5, 1), date(2025, 8, 1)))
    assert (found.low, found.high) == (reading("2025-06-01"), reading("2025-07-01"))


def test_they_stand_in_the_order_of_time() -> None:
    assert [one.text for one in shown(note(date(2025, 6, 9), text="b"), note(date(2025, 6, 2), text="a"))] == ["a", "b"]


def drawn(*notes: Annotation, **keys: Any) -> Picture:
    return picture(widget("line", annotations=notes, **keys), ROWS)


def own(shown: Picture, mark: str) -> list[dict[str, Any]]:
    """The rows of the layers with this mark that have rows of their own."""
    assert shown.chart is not None
    return [
        row
        for one in layers(shown.chart)
        if one["mark"]["type"] == mark
        for row in one.get("data", {}).get("values", [])
    ]


def test_a_line_draws_rules_and_bands_with_their_texts() -> None:
    found = drawn(note(date(2025, 6, 12), text="Deployed"), note(date(2025, 6, 20), date(2025, 6, 21), text="Incident"))
    assert own(found, "rule") == [{"x": reading("2025-06-12")}, {"x": reading("2025-06-20")}]
    assert own(found, "rect") == [{"x": reading("2025-06-20"), "y": reading("2025-06-22")}]
    assert {row["t"] for row in own(found, "text")} == {"Deployed", "Incident"}
    assert found.frame.top == drawn().frame.top + 2 * 16


def test_a_line_tells_them_in_words_and_in_its_table() -> None:
    found = drawn(note(date(2025, 6, 12), text="Deployed"))
    assert "Marked: Deployed (Thu, Jun 12, 2025)." in found.summary
    assert ">Marked</th>" in found.table
    assert found.table.count("Deployed") == 1
    assert ">Marked</th>" not in drawn(note(date(2025, 5, 12), text="Deployed")).table


def test_those_of_the_dashboard_are_on_every_line() -> None:
    from dashgen.widgets import kind
    from tests.drawn import dashboard

    board = dashboard(annotations=(note(date(2025, 6, 12), text="Deployed"),))
    found = kind("line").draw(widget("line"), answer(ROWS), context(board))
    assert own(found, "rule") == [{"x": reading("2025-06-12")}]


def test_texts_that_find_no_room_are_left_to_the_words() -> None:
    axis = Axis("x_axis", ((0,), (0,)), (("",), ("",)), 0, 30 * DAY, 400)
    crowd = [markers.Marker(f"The event number {n}", n * DAY // 4, n * DAY // 4, "") for n in range(9)]
    _, over = markers.layers(crowd, axis, Frame())
    texts = [one for one in over if one.layer.to_dict()["mark"]["type"] == "text"]
    assert [len(one.rows) for one in texts] == [3, 3]


@pytest.mark.parametrize(
    ("begin", "end", "text"), [(0, 5, "a"), (5, 10, "a, b"), (10, 15, "a"), (15, 20, ""), (-5, 0, "")]
)
def test_a_bucket_has_what_touches_it(begin: int, end: int, text: str) -> None:
    found = [markers.Marker("a", 0, 15, ""), markers.Marker("b", 5, 5, "")]
    assert markers.of_bucket(found, begin, end) == text
