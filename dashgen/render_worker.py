"""The process that turns charts into SVG. It imports nothing of dashgen, so that it starts at once.

Requests and answers are frames on stdin and stdout: four bytes of length, then UTF-8. A request is a Vega-Lite
specification; an answer begins with `+` (SVG follows) or `-` (the error follows). The end of stdin ends it.
"""

from __future__ import annotations

import struct
import sys
from typing import IO

VEGA_LITE = "6.4"
_LENGTH = struct.Struct(">I")
_FIRST = '{"data":{"values":[{}]},"mark":"point","encoding":{"x":{"field":"a","type":"temporal"}}}'


def read_frame(stream: IO[bytes]) -> str | None:
    """The next frame; None at the end of the stream, even in the middle of a frame."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body.decode() if len(body) == length else None


def write_frame(stream: IO[bytes], text: str) -> None:
    body = text.encode()
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def draw(spec: str) -> str:
    """One SVG. Nothing is fetched: no address is allowed."""
    from vl_convert import vegalite_to_svg

    svg: str = vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    return svg


def main() -> None:
    draw(_FIRST)  # starts V8 and loads Vega while the parent is still reading
    while (spec := read_frame(sys.stdin.buffer)) is not None:
        try:
            answer = "+" + draw(spec)
        except Exception as problem:
            answer = f"-{problem}"
        write_frame(sys.stdout.buffer, answer)


if __name__ == "__main__":
    main()
