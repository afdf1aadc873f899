"""What the index shows of a dashboard: its first numbers, and its first chart small and without words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from dashgen import sparkline
from dashgen.categories import Categories
from dashgen.draw import DrawnDashboard, DrawnWidget
from dashgen.figures import finite
from dashgen.formats import Shown
from dashgen.markup import render
from dashgen.theme import SEQUENTIAL, STEPS
from dashgen.titles import measured, title

MOST_FIGURES = 4
_MOST_BARS = 24


def figures(drawn: DrawnDashboard) -> Iterator[tuple[str, Shown]]:
    """Title and value of the first cards."""
    cards = (shown for shown in drawn.widgets.values() if shown.widget.type == "card" and shown.answer.rows)
    for shown in islice(cards, MOST_FIGURES):
        context, (metric, *_) = drawn.context, measured(shown.widget)
        value = context.write.value(shown.answer.rows[0][metric], context.labels[metric])
        yield title(shown.widget, context.labels, context.words), value


def picture(drawn: DrawnDashboard) -> str:
    """An SVG as wide as its place, of the first chart that can be drawn small; empty if there is none."""
    for shown in drawn.widgets.values():
        small = _DRAWN.get(shown.widget.type)
        if small and shown.answer.rows and (marks := small(shown, drawn)):
            return render("preview.html", **marks)
    return ""


_Marks = Mapping[str, Any]


def _line(shown: DrawnWidget, drawn: DrawnDashboard) -> _Marks:
    """The whole where series add up, else the first of them."""
    metric = measured(shown.widget)[0]
    rows, series = shown.answer.rows, getattr(shown.widget, "series", None)
    if series and not drawn.context.labels[metric].additive:
        rows = [row for row in rows if row[series] == rows[0][series]]
    totals: dict[str, float | None] = {}
    for row in rows:
        before, value = totals.get(row["time"]), finite(row[metric])
        totals[row["time"]] = before if value is None else value + (before or 0)
    course = sparkline.paths(list(totals.values()))
    return {"line": course} if course else {}


def _bars(shown: DrawnWidget, drawn: DrawnDashboard) -> _Marks:
    by, metric, is_pie = _group(shown.widget), measured(shown.widget)[0], shown.widget.type == "pie"
    totals: dict[int, float] = {}
    rows = [row for row in shown.answer.rows if not is_pie or (finite(row[metric]) or 0) > 0]
    names = Categories.of((row[by] for row in rows), drawn.context.write, drawn.context.hues if is_pie else None, by)
    for row in rows:
        place = names.index(row[by])
        totals[place] = totals.get(place, 0) + max(0, finite(row[metric]) or 0)
    roles = names.roles if is_pie else ["other" if r == "other" else "c1" for r in names.roles]
    return _columns([totals[place] for place in range(len(names.names))][:_MOST_BARS], roles)


def _group(widget: Any) -> str:
    by: str | tuple[str, ...] = widget.by
    return by if isinstance(by, str) else by[0]


def _table(shown: DrawnWidget, drawn: DrawnDashboard) -> _Marks:
    return {} if getattr(shown.widget, "records", ()) else _bars(shown, drawn)


def _bins(shown: DrawnWidget, drawn: DrawnDashboard) -> _Marks:
    counts: dict[float, float] = {}
    for row in shown.answer.rows:
        counts[row["from"]] = counts.get(row["from"], 0) + row["count"]
    return _columns([counts[place] for place in sorted(counts)], ["c1"] * len(counts))


def _columns(values: Sequence[float], roles: Sequence[str]) -> _Marks:
    highest = max(values, default=0)
    if not highest:
        return {}
    step = sparkline.WIDTH / len(values)
    heights = [sparkline.HEIGHT * value / highest for value in values]
    boxes = enumerate(zip(heights, roles, strict=False))
    return {"boxes": [_box(role, n * step, sparkline.HEIGHT - tall, 0.8 * step, tall) for n, (tall, role) in boxes]}


def _box(role: str, x: float, y: float, width: float, height: float) -> dict[str, Any]:
    return {"role": role, "x": x, "y": y, "width": width, "height": height}


def _cells(shown: DrawnWidget, drawn: DrawnDashboard) -> _Marks:
    across: str = getattr(shown.widget, "columns", "")
    downward: str = getattr(shown.widget, "rows", "")
    rows, metric, write = shown.answer.rows, measured(shown.widget)[0], drawn.context.write
    down, along = (Categories.of((row[name] for row in rows), write) for name in (downward, across))
    highest = max((finite(row[metric]) or 0 for row in rows), default=0)
    if highest <= 0:
        return {}
    width, height = sparkline.WIDTH / len(along.names), sparkline.HEIGHT / len(down.names)
    places = ((along.index(row[across]) * width, down.index(row[downward]) * height) for row in rows)
    return {
        "boxes": [
            _box(_step((finite(row[metric]) or 0) / highest), x, y, 0.9 * width, 0.86 * height)
            for row, (x, y) in zip(rows, places, strict=True)
        ]
    }


def _step(part: float) -> str:
    return SEQUENTIAL[max(0, min(STEPS - 1, int(part * STEPS)))]


_DRAWN: Mapping[str, Callable[[DrawnWidget, DrawnDashboard], _Marks]] = {
    "line": _line,
    "bar": _bars,
    "pie": _bars,
    "histogram": _bins,
    "heatmap": _cells,
    "table": _table,
}
