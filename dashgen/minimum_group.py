"""Least groups: the last look at what pages ship, whatever merged it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dashgen import execute, messages
from dashgen.cube import CubeSpec
from dashgen.diagnostics import Diagnostic
from dashgen.partition import Partition, cuts, finest
from dashgen.plan.ask import Asked
from dashgen.plan.interactive import Interactive

if TYPE_CHECKING:
    from dashgen.answers import Answered


def check(found: Answered, lives: Iterable[Interactive]) -> Iterator[Diagnostic]:
    """What stands against shipping these dashboards; `lives` are the pages' own cubes."""
    shipped = {live.asked.dashboard.id: live.cubes for live in lives}
    for asked in found.dashboards:
        if asked.merged.problems:
            yield from asked.merged.problems
        elif asked.dashboard.minimum_group > 1:
            yield from _check(asked, shipped.get(asked.dashboard.id, ()), found)


def _check(asked: Asked, cubes: Sequence[CubeSpec], found: Answered) -> Iterator[Diagnostic]:
    least = asked.dashboard.minimum_group
    for name, cut in cuts(asked, found.catalogue, cubes).items():
        spec = finest(cut, asked)
        counts = Partition(execute.fetch([spec], found.sources)[spec]).small(cut, asked.merged.told, least)
        if counts:
            at = asked.dashboard.at / "privacy" / "minimum_group"
            yield messages.small_groups(at, name, least, counts, spec.dimensions, len(spec.edges) - 1)
