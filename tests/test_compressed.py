"""Sizes after compression: those of one stream, however many parts they are made of."""

from __future__ import annotations

import gzip
import json
from random import Random

import pytest

from dashgen import compressed


@pytest.mark.parametrize("count", [0, 1, 1_000, 250_000])
def test_parts_are_as_large_as_the_whole(count: int) -> None:
    draw = Random(count)
    words = ["".join(draw.choices("abcdefgh", k=draw.randint(3, 9))) for _ in range(3_000)]
    content = {"zeichen": "ä", "columns": " ".join(draw.choices(words, k=count))}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    assert compressed.size(content) == pytest.approx(len(gzip.compress(text, 6, mtime=0)), rel=0.0005)


def test_a_part_refers_back_to_what_stands_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    word = "".join(Random(5).choices("abcdefghijklmnop", k=20_000))
    monkeypatch.setattr(compressed, "_PART", 20_000)
    assert compressed.size({"twice": word * 2}) < 1.1 * compressed.size({"once": word})
