"""Numbers for programs: `get_dashboard_metrics`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import environ

from dashgen.metrics.formula import Number


class MetricUnavailable(KeyError):
    """The dashboard's source cannot answer this metric; the message says which field it lacks."""

    def __init__(self, metric: str, reason: str) -> None:
        super().__init__(metric)
        self.metric, self.reason = metric, reason

    def __str__(self) -> str:
        return f"`{self.metric}` is not available: {self.reason}"


class DashboardMetrics(Mapping[str, Number | None]):
    """Metric id → value over the range. Counts are integers, rates fractions, durations milliseconds.

    None means that there is nothing to divide by. What the source cannot answer raises `MetricUnavailable`.
    """

    def __init__(self, values: Mapping[str, Number | None], unavailable: Mapping[str, str]) -> None:
        self._values, self.unavailable = dict(values), dict(unavailable)

    def __getitem__(self, metric: str) -> Number | None:
        if metric in self.unavailable:
            raise MetricUnavailable(metric, self.unavailable[metric])
        return self._values[metric]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"DashboardMetrics({self._values})"


def get_dashboard_metrics(
    dashboard_id: str,
    time_range: str | Mapping[str, str] = "7d",
    filters: Mapping[str, object] | None = None,
) -> DashboardMetrics:
    """Every metric that the dashboard's source can answer, over `time_range`.

    `dashboard_id` is the id of a dashboard of the nearest `dashgen.yaml` upward, or a path. The dashboard's fixed
    `where` applies; `filters` maps dimensions to a value or a list of values. Raises `LookupError` for an unknown
    dashboard, `ValueError` for a malformed range or filter, `Failure` where the project or its data is broken.
    """
    from dashgen.numbers import numbers

    if "DASHGEN_URL" in environ:
        raise RuntimeError("DASHGEN_URL is set, but this release answers from local projects only: unset it")
    found = numbers(dashboard_id, time_range, filters or {})
    return DashboardMetrics(found.values, found.unavailable)
