"""Percentiles, and the sums and counts behind a Prometheus histogram."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

import httpx
from prometheus_client.parser import text_string_to_metric_families

type Sums = dict[tuple[str, str], tuple[float, float]]


@dataclass(frozen=True)
class Percentiles:
    """Milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: list[float]) -> Percentiles:
        cuts = statistics.quantiles(seconds, n=100, method="inclusive")
        return cls(*(round(cuts[n - 1] * 1000, 1) for n in (50, 95, 99)))

    def __str__(self) -> str:
        return f"p50 {self.p50:7.1f}   p95 {self.p95:7.1f}   p99 {self.p99:7.1f} ms"


def histogram_sums(url: str) -> Sums:
    """Return {(metric, label): (sum of seconds, count)} of a /metrics page."""
    sums: dict[tuple[str, str], list[float]] = {}
    for family in text_string_to_metric_families(httpx.get(url, timeout=10).text):
        if family.type != "histogram":
            continue
        for sample in family.samples:
            part = {"sum": 0, "count": 1}.get(sample.name.rsplit("_", 1)[-1])
            if part is not None:
                label = next(iter(sample.labels.values()), "")
                sums.setdefault((family.name, label), [0.0, 0.0])[part] = sample.value
    return {key: (total, count) for key, (total, count) in sums.items()}


def spent(before: Sums, after: Sums, metric: str) -> dict[str, float]:
    """Return seconds spent by label between two looks."""
    return {
        label: after[name, label][0] - before.get((name, label), (0.0, 0.0))[0]
        for name, label in after
        if name == metric
    }
