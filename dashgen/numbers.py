"""The numbers of a dashboard without its page: every metric that its source can answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashgen import answers, documents, evaluate, execute, formats, messages, project, schema, values
from dashgen.diagnostics import Diagnostic, Failure, Misuse, has_errors
from dashgen.fields import DIMENSIONS, Field
from dashgen.labels import metric_label
from dashgen.metrics import Catalogue, lacking
from dashgen.metrics.formula import Number
from dashgen.model import Condition, Dashboard, Project, Scalar, TimeRange, Where
from dashgen.plan.ask import Asker, Opened, fixed
from dashgen.plan.reads import default_source, source_names
from dashgen.plan.views import Total
from dashgen.presence import Presence, texts
from dashgen.resolve.conditions import STATUS_CLASSES
from dashgen.widgets.base import Label


class UnknownDashboard(Misuse, LookupError):
    """No dashboard has this id."""


class WrongFilter(Misuse, ValueError):
    """A filter that this dashboard cannot have."""


class WrongRange(Misuse, ValueError):
    """No range of the language."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Values by metric, and for the metrics that cannot be answered the reason."""

    dashboard: str
    as_of: str
    start: str
    end: str
    values: Mapping[str, Number | None]
    unavailable: Mapping[str, str]
    labels: Mapping[str, Label]
    currency: str
    advice: tuple[Diagnostic, ...] = ()
    """Filters that name what never occurs."""


def numbers(dashboard_id: str, time_range: str | Mapping[str, Any] | None, filters: Mapping[str, object]) -> Numbers:
    """Over the dashboard's fixed `where` and `filters`; `time_range` None is the dashboard's own."""
    owner, dashboard = _find(dashboard_id)
    catalogue = answers.catalogue_of(owner)
    chosen = _conditions(filters, owner, catalogue)
    window = None if time_range is None else _range(time_range)
    own = default_source(dashboard, owner)
    read = {name for metric in catalogue.definitions for name in catalogue.sources(metric, own)}
    with answers.opened(owner, [dashboard], catalogue, read | {own}) as (sources, failed):
        needed = source_names(dashboard, owner, catalogue) | {own}
        if broken := needed & failed.keys():
            raise Failure(d for name in sorted(broken) for d in failed[name].diagnostics)
        found = _answer(owner, dashboard, catalogue, sources, (*fixed(dashboard), *chosen), window)
        return replace(found, advice=tuple(_advice(chosen, catalogue, own, sources)))


def _advice(chosen: Where, catalogue: Catalogue, source: str, sources: Mapping[str, Opened]) -> Iterator[Diagnostic]:
    named = ((condition.dimension, value) for condition in chosen for value in condition.any_of or ())
    wanted = (one for name, value in named for one in texts(name, value, None, (source,), catalogue.fields))
    return Presence(sources, {}).absent(wanted)


def _range(asked: str | Mapping[str, Any]) -> TimeRange:
    """A range as a dashboard could have it: the same checks, in the same words."""
    written = dict(asked) if isinstance(asked, Mapping) else asked
    try:
        text = json.dumps({"version": 1, "time_range": written}, default=date.isoformat)
        document = documents.read(text, "time_range")
        problems = [d for d in schema.check(document, "dashboard") if d.at and "time_range" in d.at.path]
    except (Failure, TypeError) as error:
        raise WrongRange(f"`{asked}` is not a time range") from error
    for problem in problems:
        raise WrongRange(f"{problem.message} {problem.help or ''}".strip())
    return values.time_range(document.data["time_range"])


def _find(dashboard_id: str) -> tuple[Project, Dashboard]:
    """By path, or by id among the project's dashboards."""
    is_path = dashboard_id.startswith("@") or dashboard_id.endswith((".yaml", ".yml"))
    checked = project.read([dashboard_id] if is_path else [])
    found = [d for d in checked.dashboards if is_path or d.id == dashboard_id]
    if checked.project and len(found) == 1:
        return checked.project, found[0]
    if has_errors(checked.diagnostics):
        raise Failure(checked.diagnostics)
    known = ", ".join(sorted(d.id for d in checked.dashboards)) or "none"
    what = f"`{dashboard_id}` is not one dashboard" if is_path else f"no dashboard has the id `{dashboard_id}`"
    raise UnknownDashboard(f"{what}; there are: {known}")


# ---- filters ------------------------------------------------------------------------------------


def _conditions(filters: Mapping[str, object], owner: Project, catalogue: Catalogue) -> Where:
    """A condition for each filter that selects something; an empty list selects everything, as in the page."""
    known = (*DIMENSIONS, *(name for name in owner.dimensions if name not in DIMENSIONS))
    for name in filters:
        if name not in known:
            raise WrongFilter(f"`{name}` is no dimension; there are: {', '.join(known)}")
    chosen = {name: value if isinstance(value, list | tuple) else [value] for name, value in filters.items()}
    return tuple(
        Condition(name, any_of=tuple(_value(value, catalogue.fields[name]) for value in several))
        for name, several in chosen.items()
        if several
    )


def _value(value: object, field: Field) -> Scalar | None:
    """A value as the dimension holds it, of the value itself or of its text; None is a missing one."""
    match field.type, value:
        case _, None:
            return None
        case "boolean", bool():
            return value
        case "boolean", "true" | "false":
            return value == "true"
        case "integer", int() if not isinstance(value, bool):
            return value
        case "integer", str() if re.fullmatch("[0-9]{1,9}", value):
            return int(value)
        case "text", str() if _is_text(value) and (field.name != "status_class" or value in STATUS_CLASSES):
            return value
    raise WrongFilter(f"`{value}` is no value of `{field.name}`: {_ALLOWED.get(field.name, _ALLOWED[field.type])}")


def _is_text(value: str) -> bool:
    """Not so with half characters, which stand for bytes of a command line that are no UTF-8."""
    return value.encode(errors="ignore").decode() == value


_ALLOWED = {
    "boolean": "it is `true` or `false`",
    "integer": "it is a whole number, such as 500",
    "text": "it is text",
    "status_class": f"it is one of {', '.join(STATUS_CLASSES)}",
}


def _check(where: Where, catalogue: Catalogue, source: Opened) -> None:
    """Every condition can be asked of the source."""
    have = source.bound.available
    for condition in where:
        lacks = lacking([condition.dimension], catalogue.fields, have)
        if lacks and condition.at:
            raise Failure([messages.missing_field(condition.at, lacks, source.name, sorted(have))])
        if lacks:
            raise WrongFilter(f"`{source.name}` cannot be filtered by `{condition.dimension}`: it has no {lacks[0]}")


# ---- the answer -----------------------------------------------------------------------------------


def _answer(
    owner: Project,
    dashboard: Dashboard,
    catalogue: Catalogue,
    sources: Mapping[str, Opened],
    where: Where,
    asked: TimeRange | None,
) -> Numbers:
    as_of = answers.moment(dashboard, owner, catalogue, sources)
    asker = Asker(owner, dashboard, catalogue, sources, as_of)
    source = sources[default_source(dashboard, owner)]
    _check(where, catalogue, source)
    reasons = {name: _unavailable(name, catalogue, source.name, where, sources) for name in catalogue.definitions}
    shown = tuple(name for name, reason in reasons.items() if reason is None)
    question = asker.asked(Total(shown), source.name, asker.window(asked), where)
    served = execute.serve([question], catalogue, sources)
    [row] = evaluate.rows(evaluate.Evaluation(question, catalogue, served.cube))
    zone, window = asker.zone, question.window
    return Numbers(
        dashboard.id,
        zone.iso(as_of),
        zone.iso(window.start),
        zone.iso(window.end),
        {name: row[name] for name in shown},
        {name: reason for name, reason in reasons.items() if reason is not None},
        {name: metric_label(name, catalogue) for name in shown},
        owner.currency,
    )


def _unavailable(
    metric: str, catalogue: Catalogue, own: str, where: Where, sources: Mapping[str, Opened]
) -> str | None:
    """Why a metric cannot be answered; None where it can."""
    for read in sorted(catalogue.sources(metric, own)):
        if read not in sources:
            return f"{read} cannot be read"
        have = sources[read].bound.available
        lacks = catalogue.lacking(metric, own, read, have)
        lacks = lacks or lacking([condition.dimension for condition in where], catalogue.fields, have)
        if lacks:
            return f"{read} has no {', '.join(lacks)}"
    return None


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
        lines.append(f"{name:<{width}}  {_written(number, found.labels[name], found.currency)}")
    lines += [f"{name:<{width}}  not available: {reason}" for name, reason in found.unavailable.items()]
    return "\n".join(lines)


def _written(number: Number | None, label: Label, currency: str) -> str:
    """As the page writes it, counts with all their digits."""
    if isinstance(number, int) and label.format == "number":
        return f"{number:,} {label.unit or ''}".rstrip()
    write = formats.writer("en", currency)
    return write.value(number, label).joined.replace("\N{NO-BREAK SPACE}", " ")
