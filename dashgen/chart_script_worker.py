"""The process that makes the chart script, on stdout. It imports nothing of dashgen, so that it starts at once.

vl-convert carries Vega's modules and bundles what a snippet names. Only the modules that the charts of dashgen
need are named, under the versions that this vl-convert carries: that is half of all of Vega.
"""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path

SNIPPET = """\
import * as data from "{vega-transforms}";
import * as views from "{vega-view-transforms}";
import * as encode from "{vega-encode}";
import {transforms} from "{vega-dataflow}";
import {View} from "{vega-view}";
import {parse} from "{vega-parser}";
import {expressionFunction} from "{vega-functions}";
import {expressionInterpreter} from "{vega-interpreter}";
// The interpreter takes a number alone for a year; compiled expressions take it for milliseconds.
expressionFunction("datetime", (...parts) => new Date(...parts));
Object.assign(transforms, data, views, encode);
window.vega = {View, parse, expressionInterpreter};
"""
MODULES = tuple(re.findall(r"\{(vega-[a-z-]+)\}", SNIPPET))


def script() -> str:
    """The chart script: one expression that sets `window.vega` and leaves no other name behind."""
    from vl_convert import javascript_bundle

    places = _places()
    snippet = re.sub(r"\{(vega-[a-z-]+)\}", lambda name: places[name[1]], SNIPPET)
    return f"(()=>{{{javascript_bundle(snippet)}}})();\n"


def _places() -> dict[str, str]:
    """Module → its address inside vl-convert, which has its version: as the modules there name one another."""
    names = "|".join(MODULES).encode()
    found = re.findall(rb"(/npm/(" + names + rb")@[0-9.]+/\+esm)", _native().read_bytes())
    return {name.decode(): place.decode() for place, name in found}


def _native() -> Path:
    spec = find_spec("vl_convert.vl_convert")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


if __name__ == "__main__":
    sys.stdout.buffer.write(script().encode())
