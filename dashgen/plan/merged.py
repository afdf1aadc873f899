"""What a least group makes of a page: how coarse its time is, and which values it still tells apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashgen.cells import Dictionary
from dashgen.diagnostics import Diagnostic
from dashgen.model import Every
from dashgen.timeline import Window, default_every, longer


@dataclass(frozen=True)
class Merged:
    """Nothing is merged unless said."""

    grain: int = 0
    """At least so coarse are the page's cubes: a `Grain`."""
    least: Every | None = None
    """At least so long are buckets of lines and sparklines that do not say `every:`."""
    told: Mapping[str, Dictionary] = field(default_factory=dict)
    """Of dimensions of which not every value is told apart."""
    dropped: tuple[str, ...] = ()
    """Filters that would have had nothing to choose."""
    problems: tuple[Diagnostic, ...] = ()
    """Why no merging is enough."""

    def every(self, window: Window) -> Every:
        """The bucket size of lines and sparklines that do not say one."""
        usual = default_every(window)
        return longer(usual, self.least) if self.least else usual
