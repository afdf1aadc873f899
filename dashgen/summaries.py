"""What a chart shows, in words: for those who do not see it, and true of what is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from dashgen import clock, figures, names
from dashgen.categories import Categories
from dashgen.widgets.base import Answer, Context, Label, Row

_NAMED = 3
"""So many groups are told apart, then how many more there are."""
_SAME = 0.02
"""What differs by less has neither risen nor fallen."""


def summary(what: str, answer: Answer, context: Context, said: Iterable[str]) -> str:
    """`what` is the name of the kind's message; `said` are sentences."""
    words, when = context.words, context.write.range(answer.start, answer.end)
    heading = words("chart-over", what=words(what), when=when) if when else words(what)
    return " ".join(f"{sentence}." for sentence in (heading, *said))


def _more(count: int, context: Context) -> list[str]:
    return [context.words("more", count=count)] if count > 0 else []


# ---- trends ---------------------------------------------------------------------------------


def trends(metrics: Sequence[str], series: str | None, answer: Answer, context: Context) -> Iterator[str]:
    """From where to where each line goes and its extremes, over whole buckets."""
    unfinished = clock.unfinished(list(dict.fromkeys(row["time"] for row in answer.rows)), answer.end)
    rows = [row for row in answer.rows if row["time"] != unfinished]
    if series is None:
        yield from (_trend(context.labels[name].title, name, rows, context) for name in metrics)
        return
    groups = Categories.of((row[series] for row in rows), context.write)
    for metric in metrics:
        for name in groups.names[:_NAMED]:
            yield _trend(name, metric, [row for row in rows if groups.name(row[series]) == name], context)
    yield from _more(len(groups.names) - _NAMED, context)


def _trend(title: str, metric: str, rows: Sequence[Row], context: Context) -> str:
    label, words = context.labels[metric], context.words
    points = [(row["time"], row[metric]) for row in rows if figures.finite(row[metric]) is not None]
    if not points:
        return words("no-values", title=title)
    step = _step([row["time"] for row in rows])
    high, low = max(points, key=lambda point: point[1]), min(points, key=lambda point: point[1])
    told: dict[str, tuple[str, Any]] = {"first": points[0], "last": points[-1], "high": high, "low": low}
    said = {name: context.write.cell(value, label) for name, (_, value) in told.items()}
    when = {_WHEN[name]: _when(str(time), step, context) for name, (time, _) in told.items()}
    if high[1] == low[1]:
        form = "trend-flat" if len(points) > 1 else "trend-once"
        return words(form, title=title, value=said["first"], **when)
    trend = words(f"trend-{_direction(points[0][1], points[-1][1])}", title=title, **said, **when)
    return words("trend-extremes", trend=trend, **said, **when)


_WHEN = {"first": "from_when", "last": "to_when", "high": "high_when", "low": "low_when"}


def _direction(first: float, last: float) -> str:
    if abs(last - first) <= _SAME * max(abs(first), abs(last)):
        return "held"
    return "rose" if last > first else "fell"


def _step(times: Sequence[str]) -> timedelta:
    distinct = [datetime.fromisoformat(text) for text in dict.fromkeys(times)]
    return distinct[-1] - distinct[-2] if len(distinct) > 1 else timedelta(days=1)


def _when(iso: str, step: timedelta, context: Context) -> str:
    """`on Oct 12`, `at Oct 12, 14:00`, `in the week of Oct 12`, `in Oct 2026`."""
    at, write, words = datetime.fromisoformat(iso), context.write, context.words
    if step < timedelta(hours=22):
        return words("at-time", day=write.day(at, year=False), time=write.clock(at))
    if step < timedelta(days=6):
        return words("on-day", day=write.day(at, year=False))
    if step < timedelta(days=26):
        return words("in-week", day=write.day(at, year=False))
    return words("in-month", month=write.month(at), year=write.year(at))


# ---- groups ---------------------------------------------------------------------------------


def groups(metric: str, rows: Sequence[Row], by: Sequence[str], context: Context) -> Iterator[str]:
    """The highest few and the lowest, but for the folded rest. Parts add up to their group where the metric does."""
    label, words = context.labels[metric], context.words
    told = by[:1] if label.additive else by
    known = [
        row for row in rows if figures.finite(row[metric]) is not None and not any(map(names.is_other, _at(row, told)))
    ]
    found = figures.totals((_named(_at(row, told), context), row[metric]) for row in known)
    if not found:
        yield words("no-values", title=label.title)
        return
    ranked = sorted(found.items(), key=lambda pair: -pair[1])
    listed = [_valued(name, value, label, context) for name, value in ranked[:_NAMED]]
    yield words("highest", title=label.title, list=context.write.names(listed))
    if len(ranked) > _NAMED:
        yield words("lowest", count=len(ranked), item=_valued(*ranked[-1], label, context))


def _named(values: Sequence[Any], context: Context) -> str:
    written = [context.write.name(value) for value in values]
    return written[0] if len(written) == 1 else context.words("pair", first=written[0], second=written[1])


def _at(row: Row, dimensions: Sequence[str]) -> list[Any]:
    return [row[name] for name in dimensions]


def shares(metric: str, rows: Sequence[Row], by: str, context: Context) -> Iterator[str]:
    """The largest parts of the whole."""
    label, words, write = context.labels[metric], context.words, context.write
    whole = sum(row[metric] for row in rows)
    parts = [(write.name(row[by]), row[metric] / whole) for row in rows if not names.is_other(row[by])] if whole else []
    if not parts:
        return
    ranked = sorted(parts, key=lambda pair: -pair[1])
    total = write.value(whole, label).joined
    yield words("largest-share", name=ranked[0][0], share=write.share(ranked[0][1]), whole=total)
    rest = [words("with-value", name=name, value=write.share(part)) for name, part in ranked[1:_NAMED]]
    if rest:
        yield words("then", list=write.names(rest))
    yield from _more(len(rows) - _NAMED, context)


def _valued(name: str, value: float, label: Label, context: Context) -> str:
    return context.words("with-value", name=name, value=context.write.cell(value, label))


# ---- cells and sizes ------------------------------------------------------------------------


def cells(metric: str, found: Sequence[tuple[str, str, Any]], context: Context) -> Iterator[str]:
    """`found` has row, column and value; the highest and the lowest cell, and the busiest row and column of a sum."""
    label, words = context.labels[metric], context.words
    known = [cell for cell in found if figures.finite(cell[2]) is not None]
    if not known:
        yield words("no-values", title=label.title)
        return
    for name, cell in (
        ("highest-cell", max(known, key=lambda c: c[2])),
        ("lowest-cell", min(known, key=lambda c: c[2])),
    ):
        place = words("place", row=cell[0], column=cell[1])
        yield words(name, title=label.title, list=_valued(place, cell[2], label, context))
    if label.additive:
        busiest = [max(sums.items(), key=lambda pair: pair[1]) for sums in _sums(known)]
        listed = [_valued(name, value, label, context) for name, value in busiest]
        yield words("busiest", list=context.write.names(listed))


def _sums(known: Sequence[tuple[str, str, Any]]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    return figures.totals((row, value) for row, _, value in known), figures.totals((c, value) for _, c, value in known)


def sizes(rows: Sequence[Row], by: str | None, label: Label, context: Context) -> Iterator[str]:
    """How large half of the values are at most, and nineteen in twenty."""
    if by is None:
        yield from _quantiles(label.title, rows, label, context)
        return
    groups = Categories.of((row[by] for row in rows), context.write)
    for name in groups.names[:_NAMED]:
        yield from _quantiles(name, [row for row in rows if groups.name(row[by]) == name], label, context)
    yield from _more(len(groups.names) - _NAMED, context)


def _quantiles(title: str, rows: Sequence[Row], label: Label, context: Context) -> Iterator[str]:
    ordered = sorted(rows, key=lambda row: row["to"])
    sums = list(accumulate(row["count"] for row in ordered))
    if not sums or not sums[-1]:
        return
    half, most = (next(r["to"] for r, s in zip(ordered, sums, strict=True) if s >= q * sums[-1]) for q in (0.5, 0.95))
    written = [context.write.cell(value, label) for value in (half, most)]
    yield context.words("quantiles", title=title, half=written[0], most=written[1], count=sums[-1])
