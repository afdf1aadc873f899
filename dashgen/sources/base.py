"""What a source is: something that can be bound, probed, and asked for cubes and records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from dashgen.diagnostics import Diagnostic
from dashgen.fields import Field
from dashgen.model import Price, Project, Source, Where
from dashgen.timeline import Zone

if TYPE_CHECKING:
    from dashgen.cube import Cube, CubeSpec

AT_ONCE = 2
"""Queries of a source that may run together: what is single-threaded in one goes on beside the scan of another."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a source holds before any filter: its first and newest instants, and how much there is of it."""

    first: int | None
    newest: int | None
    rows: int
    without_time: int


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """The newest `count` events between `start` and `end`; ties by every field, so that the answer is one."""

    fields: tuple[str, ...]
    count: int
    start: int
    end: int
    where: Where
    mask: tuple[str, ...] = ()
    """Dimensions that come as pseudonyms, here and in `where`."""


class Bound(Protocol):
    """A source that has been opened: its columns are known and its fields stand on them.

    `cube` and `records` may be called from several threads; `close` ends what they still run.
    """

    @property
    def available(self) -> frozenset[str]:
        """Fields that exist here, `prices` among them where the project's prices can be used."""
        ...

    @property
    def columns(self) -> Sequence[str]: ...

    @property
    def remarks(self) -> Sequence[Diagnostic]:
        """Advice about what was found on opening."""
        ...

    def probe(self) -> Probe: ...

    def sample(self, dimensions: Sequence[str], after: Sequence[int]) -> Mapping[str, Sequence[Any]]:
        """A few values of each dimension, row by row: some thousand rows after each of these instants."""
        ...

    def occurring(self, dimension: str, values: Collection[str]) -> frozenset[str]:
        """Those of the values that some event has."""
        ...

    def cube(self, spec: CubeSpec) -> Cube: ...

    def records(self, query: RecordQuery) -> Sequence[tuple[Any, ...]]: ...

    def text(self, spec: CubeSpec | RecordQuery) -> str:
        """The query as it is sent."""
        ...

    @property
    def close(self) -> Callable[[], None]: ...


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A bound source in a coat: what does not ask for data goes straight through."""

    bound: Bound

    @property
    def available(self) -> frozenset[str]:
        return self.bound.available

    @property
    def columns(self) -> Sequence[str]:
        return self.bound.columns

    @property
    def remarks(self) -> Sequence[Diagnostic]:
        return self.bound.remarks

    @property
    def close(self) -> Callable[[], None]:
        return self.bound.close


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What binding needs to know beside the source itself."""

    project: Project
    fields: Mapping[str, Field]
    prices: tuple[Price, ...]
    zone: Zone


class Kind(Protocol):
    """One file here, one line in the table of kinds."""

    name: ClassVar[str]

    def bind(self, source: Source, around: Surroundings) -> Bound:
        """Opens it; raises `Failure` with diagnostics that point at the YAML."""
        ...

    def state(self, source: Source, root: str) -> Any:
        """Another value whenever its data may be other data; None where that cannot be told. Raises as `bind` does."""
        ...
