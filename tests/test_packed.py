"""Packed columns say what went into them: read back by the rule, not by the code that wrote them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dashgen import packed
from tests.packing import ALPHABET, read, read_signed


@given(st.lists(st.integers(0, 2**61)))
def test_counts(values: list[int]) -> None:
    assert read(packed.pack(np.array(values, dtype=np.int64))) == values


@given(st.lists(st.integers(-(2**60), 2**60)))
def test_numbers_of_either_sign(values: list[int]) -> None:
    assert read_signed(packed.signed(np.array(values, dtype=np.int64))) == values


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_differences(values: list[int]) -> None:
    assert np.cumsum(read_signed(packed.steps(np.array(values, dtype=np.int64)))).tolist() == values


@given(st.lists(st.none() | st.integers(-(2**70), 2**70)))
def test_columns(values: list[int | None]) -> None:
    found: Any = packed.column(np.array(values, dtype=object))
    if isinstance(found, dict) and "unit" in found:
        assert found["unit"] > 1
        assert [one * found["unit"] for one in read_signed(found["values"])] == values
    elif sum(abs(one) for one in values if one is not None) >= 2**53:
        assert [None if one is None else int(one) for one in found["big"]] == values
    elif None in values:
        known = iter(read_signed(found["values"]))
        assert [next(known) if one else None for one in read(found["present"])] == values
    else:
        assert read_signed(found) == values


@given(st.lists(st.integers(-(2**30), 2**30)), st.sampled_from([1, 2, 1000]))
def test_columns_of_multiples(values: list[int], unit: int) -> None:
    found: Any = packed.column(np.array(values, dtype=np.int64) * unit)
    if isinstance(found, str):
        assert unit == 1 or not any(values)
        assert read_signed(found) == [one * unit for one in values]
    else:
        assert found["unit"] % unit == 0
        assert [one * found["unit"] for one in read_signed(found["values"])] == [one * unit for one in values]


def test_no_letter_needs_an_escape() -> None:
    assert json.dumps("".join(ALPHABET[:88])) == f'"{"".join(ALPHABET[:88])}"'
    assert "".join(ALPHABET[:88]) == packed.ALPHABET
    assert not set("<'\"\\&") & (set(ALPHABET[:88]) - {"&"})
