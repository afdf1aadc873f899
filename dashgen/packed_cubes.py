"""Folded cubes as the page's script reads them, and where in them a measure lies.

A cube has `edges`, `dimensions`, `cells` (how many each bucket has; they are sorted by bucket, then by the dimensions'
codes) and `codes` (one column each). Where a histogram lies in the cells of another cube, `cells` is that cube's number
instead, and some of its `sizes` may be 0. Its `sketches` tell numbers of distinct values as registers.py says: of each
cell `sizes` registers, ascending, with their ranks. Columns are packed as packed.py says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dashgen import packed
from dashgen.cells import Cells
from dashgen.cube import CubeSpec, representative
from dashgen.memo import NONE, Memo
from dashgen.plan.needs import Need, Place
from dashgen.registers import Registers
from dashgen.sketches import Counted


@dataclass(frozen=True)
class PackedCubes:
    """`cells` in the order in which the page has its cubes; `serving` says which of them holds what was needed."""

    cells: Mapping[CubeSpec, Cells]
    serving: Mapping[Need, CubeSpec]
    sketches: Mapping[CubeSpec, Mapping[Counted, Registers]]
    memo: Memo = NONE

    def cube(self, spec: CubeSpec) -> dict[str, Any]:
        """With the number of another cube under `cells` it has the cells of that, some of them perhaps empty."""
        sketches = [one for found in self.sketches.values() for one in found.values()]
        key = ("packed", spec, *self.cells, *self.sketches)
        return self.memo.once([*self.cells.values(), *sketches], key, lambda: self._packed(spec))

    def _packed(self, spec: CubeSpec) -> dict[str, Any]:
        cells, (base, places) = self.cells[spec], self._layout(spec)
        grid = _grid(spec, cells) if base == spec else {"cells": self.numbers[base]}
        columns = [packed.column(cells.columns[measure]) for measure in spec.measures]
        if cells.key is None:
            return {"source": spec.source, **grid, "columns": columns, **self._sketches(spec)}
        sizes = np.zeros(len(self.cells[base].begins), dtype=np.int64)
        sizes[places] = np.diff(np.append(cells.begins, len(cells)))
        histogram = {
            "accuracy": str(spec.accuracy),
            "sizes": packed.pack(sizes),
            "keys": packed.steps(self._ranks(spec)),
            "counts": columns,
        }
        return {"source": spec.source, **grid, "columns": [], "histogram": histogram}

    def _sketches(self, spec: CubeSpec) -> dict[str, Any]:
        found = self.sketches.get(spec, {})
        return {"sketches": [_sketch(one) for one in found.values()]} if found else {}

    def keys(self) -> dict[str, Any]:
        """For each accuracy the histogram keys that occur, and the values that stand for them."""
        return {
            str(accuracy): {"keys": keys.tolist(), "values": [representative(one, accuracy) for one in keys.tolist()]}
            for accuracy, keys in self._known_keys.items()
        }

    def place(self, place: Place) -> dict[str, Any]:
        """-1 for what no range asks for."""
        spec = self.serving.get(place.need)
        if spec is None:
            return {"cube": -1, "column": 0}
        return {"cube": self.numbers[spec], "column": spec.measures.index(place.measure)}

    @cached_property
    def numbers(self) -> dict[CubeSpec, int]:
        """Each cube's place among them."""
        return {spec: number for number, spec in enumerate(self.cells)}

    def _layout(self, spec: CubeSpec) -> tuple[CubeSpec, np.ndarray | slice]:
        """The cube whose cells a histogram has too, and which of them it has; else the cube itself and all."""
        cells = self.cells[spec]
        for base in self.cells if cells.key is not None else ():
            if self.cells[base].key is None and _times(base) == _times(spec):
                places = cells.within(self.cells[base])
                if places is not None:
                    return base, places
        return spec, slice(None)

    def _ranks(self, spec: CubeSpec) -> np.ndarray:
        """Histogram keys as places in the list of all keys."""
        cells, known = self.cells[spec], self._known_keys[spec.accuracy]
        assert cells.key is not None
        ranks = np.zeros(int(known[-1]) - int(known[0]) + 1 if len(known) else 0, dtype=np.int32)
        ranks[known - known[:1]] = np.arange(len(known))
        found: np.ndarray = ranks[cells.key - known[:1]]
        return found

    @cached_property
    def _known_keys(self) -> dict[float, np.ndarray]:
        found: dict[float, list[np.ndarray]] = {}
        for spec, cells in self.cells.items():
            if cells.key is not None:
                found.setdefault(spec.accuracy, []).append(distinct_keys(cells.key))
        return {accuracy: np.unique(np.concatenate(keys)) for accuracy, keys in found.items()}


def _grid(spec: CubeSpec, cells: Cells) -> dict[str, Any]:
    begins = cells.begins
    return {
        "edges": packed.deltas(spec.edges),
        "dimensions": list(cells.codes),
        "cells": packed.pack(np.bincount(cells.bucket[begins], minlength=len(spec.edges) - 1)),
        "codes": [packed.steps(codes[begins]) for codes in cells.codes.values()],
    }


def _times(spec: CubeSpec) -> tuple[object, ...]:
    """What two cubes have in common that have the same cells, beside the dimensions."""
    return spec.source, spec.where, spec.mask, spec.edges


def _sketch(found: Registers) -> dict[str, Any]:
    return {
        "size": 1 << found.precision,
        "sizes": packed.pack(found.sizes),
        "registers": packed.steps(found.registers),
        "ranks": packed.pack(found.ranks),
    }


def distinct_keys(keys: np.ndarray) -> np.ndarray:
    """Each key once, ascending; faster than sorting them."""
    least = int(keys.min(initial=0))
    return np.flatnonzero(np.bincount(keys - least)) + least
