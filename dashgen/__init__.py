"""Dashboards as code for LLM API usage: YAML in git, right numbers on a static page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashgen.compiler import Built, build, validate
    from dashgen.diagnostics import Failure
    from dashgen.project import Checked
    from dashgen.sdk import DashboardMetrics, MetricUnavailable, get_dashboard_metrics
    from dashgen.targets.base import DeliveryError

__all__ = [
    "Built",
    "Checked",
    "DashboardMetrics",
    "DeliveryError",
    "Failure",
    "MetricUnavailable",
    "build",
    "get_dashboard_metrics",
    "validate",
]

_HOMES = {
    "Built": "dashgen.compiler",
    "Checked": "dashgen.project",
    "DashboardMetrics": "dashgen.sdk",
    "DeliveryError": "dashgen.targets.base",
    "Failure": "dashgen.diagnostics",
    "MetricUnavailable": "dashgen.sdk",
    "build": "dashgen.compiler",
    "get_dashboard_metrics": "dashgen.sdk",
    "validate": "dashgen.compiler",
}


def __getattr__(name: str) -> Any:
    """Names are imported when first used: `import dashgen` stays light."""
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'dashgen' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
