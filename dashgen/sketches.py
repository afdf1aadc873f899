"""Numbers of distinct values as sketches beside a cube's cells, where a page cannot hold the values themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

import numpy as np

from dashgen import registers
from dashgen.cells import Cells, Dictionary
from dashgen.cube import Cube, Value, joined
from dashgen.metrics.formula import Measure
from dashgen.registers import Registers

Counted = tuple[Measure, str]
"""What counts the events of a cell, and the dimension of which those values are counted that have any."""


def without(cube: Cube, names: Set[str]) -> Cube:
    """A cube whose cells are told apart by its other dimensions alone."""
    if names.isdisjoint(cube.codes):
        return cube
    codes = {name: column for name, column in cube.codes.items() if name not in names}
    spec = replace(cube.spec, dimensions=tuple(codes))
    return replace(cube, spec=spec, codes=codes, values={name: cube.values[name] for name in codes})


def sketch(
    cube: Cube, folded: Cells, told: Mapping[str, Dictionary], counted: Counted, hashes: Mapping[Value, int], bits: int
) -> Registers:
    """The registers of each of the `folded` cells, of values in the cube, with so many `bits` of precision."""
    measure, dimension = counted
    known = cube.values[dimension]
    own = np.array([hashes.get(value, 0) for value in known], dtype=np.uint64)
    there = np.array([value is not None for value in known], dtype=bool)
    rows = np.flatnonzero((cube.columns[measure] > 0) & there[cube.codes[dimension]]) if len(cube) else np.zeros(0, int)
    code = cube.codes[dimension][rows]
    places, ranks = registers.places(own, bits)
    cell = _cells(cube, folded, told)[rows] if len(rows) else rows
    return registers.gathered(cell, places[code], ranks[code], len(folded), bits)


def _cells(cube: Cube, folded: Cells, told: Mapping[str, Dictionary]) -> np.ndarray:
    """In which of the cells each of the cube's rows lies."""
    mine = [told[name].codes(cube.values[name])[cube.codes[name]] for name in folded.codes]
    return _found([folded.bucket, *folded.codes.values()], [cube.bucket, *mine])


def _found(known: Sequence[np.ndarray], wanted: Sequence[np.ndarray]) -> np.ndarray:
    """The places of rows among sorted ones; all of them are there."""
    limits = [1 + int(part.max(initial=0)) for part in known]
    ordered, asked = joined(known, limits), joined(wanted, limits)
    if ordered is None or asked is None:
        index = {row: place for place, row in enumerate(zip(*(part.tolist() for part in known), strict=True))}
        return np.array([index[row] for row in zip(*(part.tolist() for part in wanted), strict=True)], dtype=np.int64)
    return np.searchsorted(ordered, asked)
