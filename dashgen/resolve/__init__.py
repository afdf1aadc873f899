"""What a schema cannot know: names, number types, ranges and advice. Checks are functions in tuples, one file a family.

No data is read, and every mistake is reported at once. A metric that is itself wrong is reported
where it is defined, and what uses it stays silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dashgen.diagnostics import Diagnostic
from dashgen.model import Dashboard, Project
from dashgen.resolve import (
    additive,
    delivery,
    expressions,
    filters,
    metrics,
    names,
    prices,
    shapes,
    sources,
    thresholds,
    times,
    widgets,
)
from dashgen.resolve.advice import (
    Held,
    advise,
    advise_data,
    advise_filters,
    advise_rows,
    all_allow,
    check_overrides,
    check_unused,
)
from dashgen.resolve.ids import check_ids, check_reserved, first_of_each_id
from dashgen.resolve.scope import Asked, Scope
from dashgen.resolve.soundness import scope_of

__all__ = (
    "Held",
    "advise_data",
    "advise_filters",
    "advise_rows",
    "all_allow",
    "check_dashboard",
    "check_ids",
    "check_overrides",
    "check_project",
    "check_unused",
    "first_of_each_id",
)

PROJECT: tuple[Callable[[Scope], Iterator[Diagnostic]], ...] = (
    sources.check,
    names.check,
    metrics.check,
    expressions.check,
    prices.check,
    delivery.check,
)

DASHBOARD: tuple[Callable[[Dashboard, Scope], Iterator[Diagnostic]], ...] = (
    check_reserved,
    sources.check_dashboard,
    delivery.check_theme,
    times.check_presets,
    filters.check,
    filters.check_privacy,
)

WIDGET: tuple[Callable[[Asked, Scope], Iterator[Diagnostic]], ...] = (
    widgets.check,
    widgets.check_counted_rows,
    shapes.check,
    additive.check,
    thresholds.check,
    times.check_buckets,
    filters.check_records,
)


def check_project(project: Project) -> Iterator[Diagnostic]:
    """Everything that is wrong with a project whose files have passed their schema."""
    scope = scope_of(project)
    for check in PROJECT:
        yield from check(scope)


def check_dashboard(dashboard: Dashboard, project: Project) -> Iterator[Diagnostic]:
    """Everything that is wrong with a dashboard, and advice; the project has no errors."""
    scope = scope_of(project)
    asked = [Asked(widget, dashboard) for widget in dashboard.widgets]
    for check in DASHBOARD:
        yield from check(dashboard, scope)
    for widget in asked:
        for check_widget in WIDGET:
            yield from check_widget(widget, scope)
    yield from advise(dashboard, asked, scope)
