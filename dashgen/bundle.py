"""The compiled files in memory: path → bytes, the same bytes for the same input."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dashgen import pages, standalone
from dashgen.draw import DrawnDashboard, DrawnWidget
from dashgen.render_worker import VEGA_LITE
from dashgen.titles import title

Bundle = Mapping[str, bytes]
"""Relative paths with forward slashes, in order."""

FORMAT = 1
GENERATOR = "dashgen"
MANIFEST = "manifest.json"

_NOTICE = """\
What this bundle contains
=========================

Pages, styles and numbers made by dashgen (https://pypi.org/project/dashgen-compiler/), Apache-2.0.
They contain no scripts, fonts or other works of third parties.

The pictures were drawn with Vega and Vega-Lite (https://vega.github.io/), BSD-3-Clause, through vl-convert,
BSD-3-Clause. The programs themselves are not part of this bundle.
"""


def assemble(dashboards: Sequence[DrawnDashboard], *, exposure: Mapping[str, Any]) -> Bundle:
    """Every file of a build. `exposure` says, per dashboard, which values the bundle holds; the caller knows."""
    styles = _styles(dashboards)
    files: dict[str, bytes] = dict(styles.values())
    files["assets/NOTICE.txt"] = _NOTICE.encode()
    for drawn in dashboards:
        files |= _files_of(drawn, styles[drawn.dashboard.id][0])
    if styles:
        files["index.html"] = pages.index_page(dashboards, next(iter(styles.values()))[0]).encode()
    files = dict(sorted(files.items()))
    return {**files, MANIFEST: _json(_manifest(dashboards, files, exposure), indent=1)}


def data(drawn: DrawnDashboard) -> dict[str, Any]:
    """`data.json`: each widget's rows in the default view."""
    facts = drawn.facts
    return {
        "format": FORMAT,
        "as_of": facts.as_of,
        "time_range": {"from": facts.start, "to": facts.end},
        "widgets": {name: _rows(shown) for name, shown in drawn.widgets.items()},
    }


def _rows(shown: DrawnWidget) -> dict[str, Any]:
    found = {"type": shown.widget.type, "rows": list(shown.answer.rows)}
    if getattr(shown.widget, "spark", False) and shown.widget.type == "card":
        found["spark"] = list(shown.answer.spark)
    return {**found, "failure": shown.answer.failure} if shown.answer.failure else found


def _styles(dashboards: Iterable[DrawnDashboard]) -> dict[str, tuple[str, bytes]]:
    """Dashboard → path and bytes of its stylesheet; those of one theme share a file."""
    looks = {drawn.dashboard.id: drawn.context.theme for drawn in dashboards}
    styles = {name: (theme.name, pages.stylesheet(theme).encode()) for name, theme in looks.items()}
    return {name: (f"assets/{theme}.{_short_hash(css)}.css", css) for name, (theme, css) in styles.items()}


def _files_of(drawn: DrawnDashboard, css: str) -> dict[str, bytes]:
    folder = drawn.dashboard.id
    files = {
        f"{folder}/index.html": pages.dashboard_page(drawn, f"../{css}", "../index.html").encode(),
        f"{folder}/data.json": _json(data(drawn)),
    }
    for name, shown in drawn.widgets.items():
        if shown.picture.chart is not None:
            files[f"{folder}/charts/{name}.vl.json"] = _json(_standalone(shown, drawn))
    return files


def _standalone(shown: DrawnWidget, drawn: DrawnDashboard) -> dict[str, Any]:
    picture, context = shown.picture, drawn.context
    name = title(shown.widget, context.labels, context.words)
    return standalone.specification(picture.chart or {}, picture.frame, name, context.theme)


def _manifest(
    dashboards: Sequence[DrawnDashboard], files: Mapping[str, bytes], exposure: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "generator": GENERATOR,
        "versions": versions(dashboards),
        "dashboards": [_entry(drawn) for drawn in dashboards],
        "exposure": exposure,
        "files": [
            {"path": path, "sha256": sha256(content).hexdigest(), "size": len(content)}
            for path, content in files.items()
        ],
    }


def _entry(drawn: DrawnDashboard) -> dict[str, Any]:
    dashboard, facts = drawn.dashboard, drawn.facts
    return {
        "id": dashboard.id,
        "title": dashboard.title,
        "path": f"{dashboard.id}/index.html",
        "as_of": facts.as_of,
        "error_bounds": dict(sorted(facts.error_bounds.items())),
        "failures": sorted(name for name, shown in drawn.widgets.items() if shown.answer.failure),
    }


def versions(dashboards: Sequence[DrawnDashboard]) -> dict[str, str]:
    """Of everything that shapes the bytes."""
    return {
        "dashgen": _installed("dashgen-compiler"),
        "catalogue": dashboards[0].facts.catalogue if dashboards else "",
        "vl-convert": _installed("vl-convert-python"),
        "vega-lite": VEGA_LITE,
    }


def _installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "0"


def _short_hash(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]


def _json(value: Any, indent: int | None = None) -> bytes:
    """Numbers in full precision; NaN is refused. Keys stay as they were made, in a fixed order."""
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return (text + "\n").encode("utf-8", "replace")
