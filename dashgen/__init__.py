"""Dashboards as code for LLM API usage: YAML in git, right numbers on a static page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashgen.compiler import build, validate
    from dashgen.diagnostics import Failure
    from dashgen.sdk import DashboardMetrics, MetricUnavailable, get_dashboard_metrics

__all__ = ["DashboardMetrics", "Failure", "MetricUnavailable", "build", "get_dashboard_metrics", "validate"]

_HOMES = {
    "build": "dashgen.compiler",
    "validate": "dashgen.compiler",
    "Failure": "dashgen.diagnostics",
    "DashboardMetrics": "dashgen.sdk",
    "MetricUnavailable": "dashgen.sdk",
    "get_dashboard_metrics": "dashgen.sdk",
}


def __getattr__(name: str) -> Any:
    """Names are imported when first used: `import dashgen` stays light."""
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'dashgen' has no attribute '{name}'")
