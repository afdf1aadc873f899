"""What a compilation is asked for, and what it brings before its files are brought together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashgen.diagnostics import Diagnostic

if TYPE_CHECKING:
    from dashgen.images import Format
    from dashgen.manifest import Bundle
    from dashgen.parts import Part


@dataclass(frozen=True, slots=True)
class Order:
    """What a compilation is asked for, and whom it tells how far it is."""

    strict: bool
    lenient: bool
    single_file: bool
    image: Format | None
    phase: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What was found wrong, and unless that stood in the way the parts that were made."""

    diagnostics: tuple[Diagnostic, ...]
    parts: Sequence[Part] | None = None
    images: Callable[[Bundle], Bundle] = lambda _: {}
    """Pictures beside the files of a bundle."""
    advice: tuple[Diagnostic, ...] = ()
    """What the data brought of the diagnostics."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Of each source."""
    queries: int = 0
