"""The type checker for numbers: only what adds up has parts, shares and rests."""

from __future__ import annotations

from collections.abc import Iterator

from dashgen import messages
from dashgen.diagnostics import Diagnostic
from dashgen.labels import unit
from dashgen.plan.views import Trend
from dashgen.resolve.advice import heeded
from dashgen.resolve.expressions import spoken
from dashgen.resolve.scope import Asked, Scope


def check(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    stacked = asked.get("stacked")
    if asked.widget.type == "pie":
        yield from _check_parts(asked, scope, "a pie", "Use a `bar`: it compares without adding up.")
        yield from _check_rest(asked, "a pie")
    elif stacked is not None:
        picture = "a stack" if stacked == "stack" else "a share"
        kind = "line" if isinstance(asked.view, Trend) else "bar"
        yield from _check_parts(asked, scope, picture, f"Use the `{kind}` without `stacked`.")
        yield from _check_units(asked, scope)
        if stacked == "share" and isinstance(asked.view, Trend):
            yield from _check_rest(asked, "the chart")


def _check_parts(asked: Asked, scope: Scope, picture: str, help: str) -> Iterator[Diagnostic]:
    for n, metric in enumerate(asked.metrics):
        reason = scope.reason(metric)
        if reason is not None:
            yield messages.not_additive(asked.metric_at(n), metric, reason, picture, help)


def _check_units(asked: Asked, scope: Scope) -> Iterator[Diagnostic]:
    """Metrics on top of each other count the same."""
    units: dict[str | None, str] = {}
    for metric in asked.metrics:
        formula = scope.formula(metric)
        if formula is not None:
            units.setdefault(unit(formula, scope.fields), metric)
    if len(units) > 1:
        words = [spoken(name) if name else "a bare number" for name in units]
        yield messages.unit_mismatch((asked.widget.at / "stacked").key(), "stacked", words)


def _check_rest(asked: Asked, picture: str) -> Iterator[Diagnostic]:
    if asked.get("top") is not None and asked.get("other") is False:
        yield from heeded(asked.widget, [messages.share_of_part((asked.widget.at / "other").key(), picture)])
