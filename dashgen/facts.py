"""What the page and the manifest say beside the numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dashgen import metrics as catalogue
from dashgen.answers import Answered
from dashgen.draw import DrawnDashboard, Facts
from dashgen.metrics.formula import measures
from dashgen.plan.ask import Asked, Gap
from dashgen.plan.reads import metrics as asked_metrics
from dashgen.plan.views import Distribution
from dashgen.shipments import Cargo
from dashgen.timeline import SECOND, Zone
from dashgen.titles import title
from dashgen.widgets.base import Context


def facts(asked: Asked, found: Answered, context: Context) -> Facts:
    """Instants, error bounds, what was left out and why, and where the data comes from."""
    zone, newest = Zone(asked.dashboard.timezone, asked.dashboard.week_start), _newest(asked, found)
    return Facts(
        as_of=zone.iso(asked.as_of),
        start=zone.iso(asked.window.start),
        end=zone.iso(asked.window.end),
        catalogue=str(catalogue.VERSION),
        error_bounds=_bounds(asked, found),
        left_out=[(_left_out(gap, context), _lacks(gap, context)) for gap in asked.gaps],
        notes=_notes(asked, found, context),
        newest=zone.iso(newest) if newest is not None else "",
        stale=_stale(asked, newest, zone, context),
        due=_due(asked, newest),
    )


_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_PATIENCE = 86_400
"""Seconds without an event, where a dashboard does not say how often it is built."""


def _newest(asked: Asked, found: Answered) -> int | None:
    """The newest event of the source that lags furthest behind."""
    return min((at for name in asked.sources if (at := found.sources[name].probe.newest) is not None), default=None)


def _stale(asked: Asked, newest: int | None, zone: Zone, context: Context) -> str:
    """Said where the newest event of a source is over a day before the end, or over two intervals of `refresh:`."""
    patience = _patience(asked) or _PATIENCE * SECOND
    if newest is None or asked.as_of - newest <= patience:
        return ""
    return context.words("stale", time=context.write.time(zone.iso(newest)))


def _due(asked: Asked, newest: int | None) -> int:
    """Two intervals of `refresh:` after the newest event; an end that was written down promises nothing."""
    patience = _patience(asked)
    if newest is None or not patience or asked.dashboard.as_of.word == "instant":
        return 0
    return (newest + patience) * 1000 // SECOND


def _patience(asked: Asked) -> int:
    """Two intervals of `refresh:`; 0 without it."""
    refresh = re.fullmatch(r"(\d+)(\w+)", asked.dashboard.refresh or "")
    return 2 * int(refresh[1]) * _UNITS[refresh[2]] * SECOND if refresh else 0


def _left_out(gap: Gap, context: Context) -> str:
    """The widget, or `Cost in Top models` for a column of it."""
    name = title(gap.widget, context.labels, context.words)
    return context.words("column-of", column=context.labels[gap.column].title, widget=name) if gap.column else name


def _lacks(gap: Gap, context: Context) -> str:
    return context.words("source-lacks", source=gap.source, fields=context.write.names(gap.lacks))


def _bounds(asked: Asked, found: Answered) -> Mapping[str, float]:
    """Metrics and fields that are read from a histogram, with its relative error."""
    views = [(question.view, question.accuracy) for question in asked.questions.values()]
    return {view.of: accuracy for view, accuracy in views if isinstance(view, Distribution)} | {
        name: question.accuracy
        for question in asked.questions.values()
        for name in asked_metrics(question.view, found.catalogue.definitions)
        if any(measure.kind == "histogram" for measure in measures(found.catalogue.formula(name, question.source)))
    }


def _notes(asked: Asked, found: Answered, context: Context) -> list[str]:
    names = asked.sources
    described = [found.sources[name].description for name in names]
    notes = [text for text in described if text]
    if len(names) > 1 and asked.dashboard.as_of.word == "latest":
        newest = {name: at for name in names if (at := found.sources[name].probe.newest) is not None}
        laggard = min(newest, key=lambda name: newest[name], default=None)
        notes += [context.words("laggard", source=laggard)] if laggard else []
    if masked := [context.labels[name].title for name in asked.dashboard.masked]:
        notes.append(context.words("pseudonyms", dimensions=context.words("list").join(masked)))
    if asked.dashboard.minimum_group > 1:
        notes.append(context.words("minimum-group", count=asked.dashboard.minimum_group))
    return [*notes, *_merged(asked, context)]


def _merged(asked: Asked, context: Context) -> Iterator[str]:
    """What was united so that no group is small."""
    if asked.merged.grain:
        yield context.words("merged-time")
    for name, one in sorted(asked.merged.told.items()):
        word = "merged-whole" if one.is_empty else "merged-values"
        yield context.words(word, dimension=context.labels[name].title, kept=len(one.values), count=one.folded)


def told(drawn: DrawnDashboard, cargo: Cargo | None) -> DrawnDashboard:
    """With what its page says of the numbers that it ships: which dimensions are not told in full."""
    if cargo is None:
        return drawn
    context, merged = drawn.context, cargo.shipment.live.asked.merged.told
    notes = [
        context.words("few-told", dimension=context.labels[name].title, kept=len(one.values), count=one.folded)
        for name, one in sorted(cargo.folded.items())
        if name not in merged or one.folded != merged[name].folded
    ]
    errors = dict.fromkeys(sorted(cargo.shipment.estimated), cargo.shipment.standard_error)
    if errors:
        error = context.write.percent(cargo.shipment.standard_error, 2)
        notes.append(context.words("few-counted", error=error))
    facts = replace(drawn.facts, notes=(*drawn.facts.notes, *notes), standard_errors=errors)
    return replace(drawn, facts=facts)
