"""Checks of a dashboard's filters, its own conditions and its privacy."""

from __future__ import annotations

from collections.abc import Iterator

from dashgen import messages
from dashgen.diagnostics import Diagnostic
from dashgen.model import Dashboard, Filter
from dashgen.plan.views import Newest
from dashgen.resolve.conditions import check_values, check_where
from dashgen.resolve.scope import Asked, Scope, setting
from dashgen.resolve.widgets import unknown_dimension


def check(dashboard: Dashboard, scope: Scope) -> Iterator[Diagnostic]:
    yield from check_where(dashboard.where, scope)
    for chosen in dashboard.filters:
        if chosen.dimension in scope.dimensions:
            yield from check_values(scope.fields[chosen.dimension], chosen.default, setting(chosen, "default"))
        elif chosen.dimension != "time_range":
            yield unknown_dimension(chosen.at, chosen.dimension, scope)
        yield from _check_default(chosen)


def _check_default(chosen: Filter) -> Iterator[Diagnostic]:
    """Locking or hiding what selects nothing does nothing."""
    if chosen.dimension == "time_range" or chosen.default:
        return
    for key, is_set in (("locked", chosen.locked), ("hidden", chosen.hidden)):
        if is_set:
            yield messages.filter_without_default(setting(chosen, key).key(), key)
            return


def check_privacy(dashboard: Dashboard, scope: Scope) -> Iterator[Diagnostic]:
    """What protects people is refused rather than ignored until it is done."""
    if dashboard.audience == "public":
        at, instead = dashboard.at / "audience", "Remove it; look at what `dashgen explain` lists under exposure."
        yield messages.later_release(at.key(), "Checks of what public pages show", instead)
    if dashboard.privacy is None:
        return
    for n, name in enumerate(dashboard.privacy.mask):
        at = dashboard.at / "privacy" / "mask" / n
        if name not in scope.dimensions:
            yield unknown_dimension(at, name, scope)
        elif scope.fields[name].type != "text" or name == "status_class":
            yield messages.mask_without_text(at, name)


def check_records(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    """Where groups have a least size, there are no single events."""
    privacy = asked.dashboard.privacy
    if isinstance(asked.view, Newest) and privacy is not None and privacy.minimum_group is not None:
        yield messages.records_refused((asked.widget.at / "records").key())
