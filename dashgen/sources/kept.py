"""A source that remembers: what was asked of the same data before is not asked again.

A cube is kept by its columns, so that who asks for one measure more asks for nothing else, and who asks for fewer asks
for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

import numpy as np

from dashgen.cache import Store
from dashgen.cube import KEY_OFFSET, Cube, CubeSpec, Value, narrow
from dashgen.diagnostics import Diagnostic
from dashgen.digest import digest
from dashgen.metrics.formula import Measure
from dashgen.sources.base import Bound, Probe, RecordQuery

_PLAIN = (str, int, float, bool, type(None))
_SIZES = (np.int8, np.int16, np.int32, np.int64)


class Shelf:
    """What one state of one source was asked, by the question.

    `base` names the state: its definition and its data. `state` tells it now: an answer that was found while it changed
    is of neither.
    """

    def __init__(self, store: Store, base: str, state: Callable[[], str | None]) -> None:
        self._store = store
        self._state = state
        self._base = base

    def name(self, *question: Any) -> str:
        return digest(self._base, *question)

    def known(self, *question: Any) -> Any:
        """An earlier answer, which is never None; None where there is none."""
        return self._store.told(self.name(*question), lambda kept: json.loads(kept)["answer"])

    def plain(self, ask: Callable[[], Any], *question: Any) -> Any:
        """An answer of lists, texts, numbers and nothing else; any other is not kept."""
        kept = self.known(*question)
        if kept is not None:
            return kept
        found = ask()
        if _is_plain(found) and self.is_true:
            self._store.put(self.name(*question), json.dumps({"answer": found}).encode())
        return found

    @property
    def is_true(self) -> bool:
        """Whether the source is still in this state."""
        return self._state() == self._base

    def cube(self, spec: CubeSpec) -> Cube | None:
        """The cells with those columns that are here."""
        bare = _bare(spec)
        found: Cube | None = self._recent(
            self.name("cells", bare), lambda kept: _frame(bare, kept), lambda cube: cube.bytes
        )
        if found is None:
            return None
        columns = {measure: self._column(bare, measure) for measure in spec.measures}
        count = len(found)
        whole = {name: one for name, one in columns.items() if one is not None and len(one) == count}
        return replace(found, spec=spec, columns=whole)

    def count(self) -> None:
        """One more cube was asked for."""
        self._store.queries += 1

    def keep(self, cube: Cube) -> None:
        bare = _bare(cube.spec)
        self._store.put(self.name("cells", bare), _framed(cube))
        for measure, column in cube.columns.items():
            self._store.put(self.name("column", bare, measure), _packed(column))

    def _column(self, bare: CubeSpec, measure: Measure) -> np.ndarray | None:
        found: np.ndarray | None = self._recent(
            self.name("column", bare, measure), _unpacked, lambda column: column.nbytes
        )
        return found

    def _recent(self, name: str, read: Callable[[bytes], Any], size: Callable[[Any], int]) -> Any:
        found = self._store.recent.get(name)
        if found is None and (found := self._store.told(name, read)) is not None:
            self._store.recent.put(name, found, size(found))
        return found


class Kept:
    """A source in front of a shelf, opened when something is asked that is not there."""

    def __init__(self, shelf: Shelf, bind: Callable[[], Bound]) -> None:
        self._shelf = shelf
        self._bind = bind
        self._opened: Bound | None = None
        self._lock = Lock()
        known = shelf.known("opened")
        if known is None or known["remarks"]:
            opened = self.bound
            known = {"available": sorted(opened.available), "columns": [*opened.columns]}
            shelf.plain(lambda: {**known, "remarks": bool(opened.remarks)}, "opened")
        self.available = frozenset[str](known["available"])
        self.columns: Sequence[str] = known["columns"]

    @property
    def bound(self) -> Bound:
        with self._lock:
            if self._opened is None:
                self._opened = self._bind()
            return self._opened

    @property
    def remarks(self) -> Sequence[Diagnostic]:
        return self._opened.remarks if self._opened else ()

    @property
    def close(self) -> Callable[[], None]:
        return self._close

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def probe(self) -> Probe:
        return Probe(*self._shelf.plain(lambda: _fields(self.bound.probe()), "probe"))

    def sample(self, dimensions: Sequence[str], after: Sequence[int]) -> Mapping[str, Sequence[Any]]:
        def ask() -> dict[str, list[Any]]:
            return {name: list(column) for name, column in self.bound.sample(dimensions, after).items()}

        found: Mapping[str, Sequence[Any]] = self._shelf.plain(ask, "sample", dimensions, after)
        return found

    def occurring(self, dimension: str, values: Collection[str]) -> frozenset[str]:
        def ask() -> list[str]:
            return sorted(self.bound.occurring(dimension, values))

        return frozenset(self._shelf.plain(ask, "occurring", dimension, frozenset(values)))

    def records(self, query: RecordQuery) -> Sequence[tuple[Any, ...]]:
        def ask() -> list[list[Any]]:
            return [list(row) for row in self.bound.records(query)]

        return [tuple(row) for row in self._shelf.plain(ask, "records", query)]

    def text(self, spec: CubeSpec | RecordQuery) -> str:
        return self.bound.text(spec)

    def cube(self, spec: CubeSpec) -> Cube:
        known = self._shelf.cube(spec)
        lacking = tuple(measure for measure in spec.measures if known is None or measure not in known.columns)
        if known is not None and not lacking:
            return known
        self._shelf.count()
        found = self.bound.cube(replace(spec, measures=lacking))
        is_true = self._shelf.is_true
        if known is not None and not (is_true and _same_cells(known, found)):
            return self.bound.cube(spec)
        if is_true:
            self._shelf.keep(found)
        whole = {**(known.columns if known else {}), **found.columns}
        return replace(found, spec=spec, columns={measure: whole[measure] for measure in spec.measures})


def _bare(spec: CubeSpec) -> CubeSpec:
    return replace(spec, measures=(), cells=0, rows=0)


def _same_cells(one: Cube, other: Cube) -> bool:
    mine, theirs = (_arrays(cube) for cube in (one, other))
    return one.values == other.values and all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))


def _arrays(cube: Cube) -> list[np.ndarray]:
    """All of a cube but its measures: each cell's bucket and codes, of a histogram also how many keys, and the keys."""
    if cube.key is None:
        return [cube.bucket, *cube.codes.values()]
    begins = cube.begins
    sizes = np.diff(begins, append=len(cube))
    return [cube.bucket[begins], *(column[begins] for column in cube.codes.values()), sizes, cube.key]


def _fields(probe: Probe) -> list[int | None]:
    return [probe.first, probe.newest, probe.rows, probe.without_time]


def _is_plain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _is_plain(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return type(value) in _PLAIN


# ---- arrays -----------------------------------------------------------------------------------
# An entry begins with a line of JSON that says what stands in it; arrays follow in the fewest bytes that hold them.


def _framed(cube: Cube) -> bytes:
    arrays = _arrays(cube)
    least = 0 if cube.key is None else int(cube.key.min(initial=KEY_OFFSET))
    if cube.key is not None:
        arrays[-1] = arrays[-1] - least
    narrowed = [_narrow(array) for array in arrays]
    head = {
        "values": [list(values) for values in cube.values.values()],
        "kinds": [array.dtype.str for array in narrowed],
        "counts": [len(array) for array in narrowed],
        "least": least,
    }
    return b"".join([json.dumps(head).encode(), b"\n", *(array.tobytes() for array in narrowed)])


def _frame(spec: CubeSpec, kept: bytes) -> Cube:
    head, _, content = kept.partition(b"\n")
    told = json.loads(head)
    arrays = _read(told["kinds"], told["counts"], content)
    names = spec.dimensions
    values: dict[str, tuple[Value, ...]] = dict(zip(names, map(tuple, told["values"]), strict=True))
    limits = [len(spec.edges), *map(len, values.values())]
    cells = [narrow(array, limit) for array, limit in zip(arrays, limits, strict=False)]
    key = None
    if spec.histogram:
        sizes, key = arrays[-2], arrays[-1].astype(np.int32) + np.int32(told["least"])
        cells = [np.repeat(one, sizes) for one in cells]
    return Cube(spec, cells[0], dict(zip(names, cells[1:], strict=True)), values, key, {})


def _packed(column: np.ndarray) -> bytes:
    """Of 64 bits in fewer; numbers that 64 bits do not hold, and missing ones, as text."""
    if column.dtype == object:
        return json.dumps({"numbers": column.tolist()}).encode() + b"\n"
    narrowed = _narrow(column)
    return json.dumps({"kind": narrowed.dtype.str, "count": len(column)}).encode() + b"\n" + narrowed.tobytes()


def _unpacked(kept: bytes) -> np.ndarray:
    head, _, content = kept.partition(b"\n")
    told = json.loads(head)
    if "numbers" in told:
        found = np.empty(len(told["numbers"]), dtype=object)
        found[:] = told["numbers"]
        return found
    (array,) = _read([told["kind"]], [told["count"]], content)
    return array.astype(np.int64)


def _narrow(array: np.ndarray) -> np.ndarray:
    low, high = int(array.min(initial=0)), int(array.max(initial=0))
    for size in _SIZES:
        if np.iinfo(size).min <= low and high <= np.iinfo(size).max:
            return array.astype(size)
    return array


def _read(kinds: Sequence[str], counts: Sequence[int], content: bytes) -> list[np.ndarray]:
    found, offset = [], 0
    for kind, count in zip(kinds, counts, strict=True):
        array = np.frombuffer(content, dtype=kind, count=count, offset=offset)
        offset += array.nbytes
        found.append(array)
    return found
