"""The numbers of a dashboard without its page: every metric that its source can answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashgen import answers, evaluate, execute, project, values
from dashgen.diagnostics import Failure, has_errors
from dashgen.labels import metric_label
from dashgen.metrics import Catalogue
from dashgen.metrics.formula import Number
from dashgen.model import Condition, Dashboard, Project, TimeRange, Where
from dashgen.plan.ask import Asker, Opened, default_source, fixed
from dashgen.plan.views import Total


@dataclass(frozen=True, slots=True)
class Numbers:
    """Values by metric, and for the metrics that cannot be answered the reason."""

    dashboard: str
    as_of: str
    start: str
    end: str
    values: Mapping[str, Number | None]
    unavailable: Mapping[str, str]
    units: Mapping[str, str | None]


def numbers(dashboard_id: str, time_range: str | Mapping[str, Any] | None, filters: Mapping[str, object]) -> Numbers:
    """Over the dashboard's fixed `where` and `filters`; `time_range` None is the dashboard's own."""
    owner, dashboard = _find(dashboard_id)
    catalogue = answers.catalogue_of(owner)
    where = (*fixed(dashboard), *_conditions(filters, catalogue))
    window = None if time_range is None else _range(time_range)
    with answers.opened(owner, [dashboard], catalogue) as (sources, failed):
        if failed:
            raise Failure(d for failure in failed.values() for d in failure.diagnostics)
        return _answer(owner, dashboard, catalogue, sources, where, window)


_RANGE = re.compile(r"[1-9][0-9]{0,4}(min|h|d|w|mo|y)")


def _range(asked: str | Mapping[str, Any]) -> TimeRange:
    """A range as the language writes it; ValueError with what is allowed."""
    try:
        if isinstance(asked, str) and asked not in values.CALENDAR_WORDS and not _RANGE.fullmatch(asked):
            raise ValueError(asked)
        return values.time_range(dict(asked) if isinstance(asked, Mapping) else asked)
    except (ValueError, KeyError, TypeError) as error:
        words = ", ".join(values.CALENDAR_WORDS)
        raise ValueError(f"`{asked}` is no time range: write 7d, 24h, one of {words}, or from and to") from error


def _find(dashboard_id: str) -> tuple[Project, Dashboard]:
    """By path, or by id among the project's dashboards."""
    is_path = dashboard_id.startswith("@") or dashboard_id.endswith((".yaml", ".yml"))
    checked = project.read([dashboard_id] if is_path else [])
    found = [d for d in checked.dashboards if is_path or d.id == dashboard_id]
    if found and checked.project:
        return checked.project, found[0]
    if has_errors(checked.diagnostics):
        raise Failure(checked.diagnostics)
    known = ", ".join(sorted(d.id for d in checked.dashboards)) or "none"
    raise LookupError(f"no dashboard has the id `{dashboard_id}`; there are: {known}")


def _conditions(filters: Mapping[str, object], catalogue: Catalogue) -> Where:
    found = []
    for name, value in filters.items():
        field = catalogue.fields.get(name)
        if field is None or not field.is_dimension:
            known = ", ".join(sorted(n for n, f in catalogue.fields.items() if f.is_dimension))
            raise ValueError(f"`{name}` is no dimension; there are: {known}")
        chosen: Any = value if isinstance(value, (list, tuple)) else [value]
        found.append(Condition(name, any_of=tuple(chosen)))
    return tuple(found)


def _answer(
    owner: Project,
    dashboard: Dashboard,
    catalogue: Catalogue,
    sources: Mapping[str, Opened],
    where: Where,
    asked: TimeRange | None,
) -> Numbers:
    as_of = answers.moment(dashboard, owner, sources)
    asker = Asker(owner, dashboard, catalogue, sources, as_of)
    source = sources[default_source(dashboard, owner)]
    gaps = {name: catalogue.lacking(name, source.bound.available) for name in catalogue.definitions}
    shown = tuple(name for name, lacks in gaps.items() if not lacks)
    question = asker.asked(Total(shown), source.name, asker.window(asked), where)
    row = evaluate.rows(question, catalogue, execute.serve([question], catalogue, sources).cube)[0]
    zone, window = asker.zone, question.window
    return Numbers(
        dashboard.id,
        zone.iso(as_of),
        zone.iso(window.start),
        zone.iso(window.end),
        {name: row[name] for name in shown},
        {name: f"{source.name} has no {', '.join(lacks)}" for name, lacks in gaps.items() if lacks},
        {name: metric_label(name, catalogue).unit for name in shown},
    )


def as_json(found: Numbers) -> str:
    """Values in full precision."""
    return json.dumps(
        {
            "format": 1,
            "dashboard": found.dashboard,
            "as_of": found.as_of,
            "time_range": {"from": found.start, "to": found.end},
            "metrics": found.values,
            "unavailable": found.unavailable,
        },
        indent=2,
        ensure_ascii=False,
    )


def as_text(found: Numbers) -> str:
    """A table for people; what cannot be answered below it."""
    width = max(len(name) for name in (*found.values, *found.unavailable))
    lines = [f"{found.dashboard}: {found.start} to {found.end}"]
    for name, number in found.values.items():
        shown = "–" if number is None else f"{number:,}" if isinstance(number, int) else f"{number:,.6g}"
        lines.append(f"{name:<{width}}  {shown} {found.units[name] or ''}".rstrip())
    lines += [f"{name:<{width}}  not available: {reason}" for name, reason in found.unavailable.items()]
    return "\n".join(lines)
