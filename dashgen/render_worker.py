"""The process that turns charts into SVG. It imports nothing of dashgen, so that it starts at once.

Requests and answers are frames on stdin and stdout: four bytes of length, then UTF-8. A request is what is wanted,
`DRAW` or `COMPILE`, and a Vega-Lite specification, or `PNG` or `PDF` and an SVG, all as JSON; an answer begins with `+`
(SVG, Vega, or an image in base 64 follows) or `-` (the error follows). The end of stdin ends it.
"""

from __future__ import annotations

import json
import struct
import sys
from base64 import b64encode
from functools import lru_cache
from typing import IO, Any

VEGA_LITE = "6.4"
DRAW, COMPILE, PNG, PDF = "d", "c", "p", "f"
_SHARP = 2
"""Pixels of a PNG per pixel of the SVG."""
_ANY_WIDTH = 600
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


def answer(request: str) -> str:
    """What `request` wants, as text. Charts that differ in width alone are compiled once: Vega computes with it."""
    wanted, spec = request[0], json.loads(request[1:])
    if wanted in (PNG, PDF):
        return b64encode(_converted(wanted, spec)).decode()
    width = {"width": spec.pop("width")} if "width" in spec else {}
    vega = {**_compiled(json.dumps({**spec, **dict.fromkeys(width, _ANY_WIDTH)})), **width}
    return json.dumps(vega) if wanted == COMPILE else _drawn(vega)


@lru_cache(maxsize=4)
def _compiled(spec: str) -> dict[str, Any]:
    from vl_convert import vegalite_to_vega

    vega: dict[str, Any] = vegalite_to_vega(spec, vl_version=VEGA_LITE)
    return vega


def _drawn(vega: dict[str, Any]) -> str:
    """One SVG. Nothing is fetched: no address is allowed."""
    from vl_convert import vega_to_svg

    svg: str = vega_to_svg(vega, allowed_base_urls=[])
    return svg


def _converted(wanted: str, svg: str) -> bytes:
    from vl_convert import svg_to_pdf, svg_to_png

    image: bytes = svg_to_pdf(svg) if wanted == PDF else svg_to_png(svg, scale=_SHARP)
    return image


def main() -> None:
    answer(DRAW + _FIRST)  # starts V8 and loads Vega while the parent is still reading
    while (request := read_frame(sys.stdin.buffer)) is not None:
        try:
            found = "+" + answer(request)
        except Exception as problem:
            found = f"-{problem}"
        write_frame(sys.stdout.buffer, found)


if __name__ == "__main__":
    main()
