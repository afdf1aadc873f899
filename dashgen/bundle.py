"""The compiled files in memory: path → bytes, the same bytes for the same input."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from dashgen import chart_script, live, pages, runtime, standalone
from dashgen.draw import DrawnDashboard, DrawnWidget
from dashgen.markup import held
from dashgen.render_worker import VEGA_LITE
from dashgen.titles import title

Bundle = Mapping[str, bytes]
"""Relative paths with forward slashes, in order."""

FORMAT = 1
GENERATOR = "dashgen"
MANIFEST = "manifest.json"

_NOTICE = "assets/NOTICE.txt"
_CHARTS, _CUBE, _MORE = "chart-script", "cube", "more"
"""The ids of the charts' script, of the cubes and of the script that comes later in a page of one file."""

Cube = Mapping[str, Any]
"""What a page answers its filters from, as `shipped` makes it."""


def assemble(
    dashboards: Sequence[DrawnDashboard],
    *,
    exposure: Mapping[str, Any],
    cubes: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    chart_script: Callable[[], bytes] = chart_script.content,
    single_file: bool = False,
    images: Callable[[Bundle], Bundle] = lambda _: {},
    pictured: bool = False,
    address: str = "",
) -> Bundle:
    """Every file of a build. `exposure` says, per dashboard, which values the bundle holds; the caller knows.

    `cubes` has what the pages of dashboards with filters answer them from.
    `chart_script` is asked for where there are charts. With `single_file` every dashboard comes as one file too.
    `images` makes more files of what there is; `pictured` says that an `ID.png` of every page is among them, which
    others find at the `address` at which the bundle is served, if that is known.
    """
    assets = _Assets(dashboards, chart_script)
    files: dict[str, bytes] = dict(assets.files)
    for drawn in dashboards:
        cube = cubes.get(drawn.dashboard.id)
        files |= _files_of(drawn, assets, cube, address, pictured)
        if single_file:
            files[f"{drawn.dashboard.id}.html"] = _single_file(drawn, assets, cube)
    if dashboards:
        files["index.html"] = pages.index_page(dashboards, assets.links(dashboards[0])).encode()
    files = dict(sorted(({**files, **images(files)}).items()))
    return {**files, MANIFEST: _json(_manifest(dashboards, files, exposure), indent=1)}


class _Assets:
    """The files that pages share, a hash of their content in their names. One theme is one stylesheet."""

    def __init__(self, dashboards: Sequence[DrawnDashboard], chart_script: Callable[[], bytes]) -> None:
        self.files = {_NOTICE: runtime.notice()}
        self._styles = {drawn.dashboard.id: self._style(drawn) for drawn in dashboards}
        self._logos = {drawn.dashboard.id: self._logo(drawn.context.theme.logo) for drawn in dashboards}
        self._head = self._add("scheme", "js", runtime.head_script())
        self._script = self._add("dashgen", "js", runtime.script())
        self.later = self._add("more", "js", runtime.later_script())
        self.charts = self._add("vega", "js", chart_script()) if any(map(live.has_charts, dashboards)) else ""

    def links(self, drawn: DrawnDashboard, up: str = "") -> pages.Links:
        """What a page at `up` from the root loads for every dashboard of this theme."""
        logo = self._logos[drawn.dashboard.id]
        return pages.Links(
            css=up + self._styles[drawn.dashboard.id],
            head=up + self._head,
            scripts=(up + self._script,),
            logo=up + logo if logo else "",
        )

    def contents(self, drawn: DrawnDashboard, page_script: bytes, cube: Cube | None) -> pages.Contents:
        """The same for a page of one file. Its numbers and the charts' script wait there until they are asked for."""
        links = self.links(drawn)
        idle = [(_MORE, self._held(self.later))]
        if cube is not None:
            idle.append((_CUBE, held(runtime.cube_script(cube).decode())))
        if self.charts:
            idle.append((_CHARTS, self._held(self.charts)))
        return pages.Contents(
            css=self._held(links.css),
            head=self._held(links.head),
            scripts=(*map(self._held, links.scripts), held(page_script.decode())),
            idle=tuple(idle),
            notice=self._held(_NOTICE),
            logo=f"data:image/svg+xml;base64,{b64encode(self.files[links.logo]).decode()}" if links.logo else "",
        )

    def _held(self, path: str) -> Markup:
        return held(self.files[path].decode())

    def _style(self, drawn: DrawnDashboard) -> str:
        theme = drawn.context.theme
        return self._add(theme.name, "css", pages.stylesheet(theme).encode())

    def _logo(self, svg: str) -> str:
        return self._add("logo", "svg", svg.encode()) if svg else ""

    def _add(self, name: str, kind: str, content: bytes) -> str:
        path = f"assets/{name}.{_short_hash(content)}.{kind}"
        self.files[path] = content
        return path


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


def _files_of(
    drawn: DrawnDashboard, assets: _Assets, cube: Cube | None, address: str, pictured: bool
) -> dict[str, bytes]:
    folder, numbers = drawn.dashboard.id, data(drawn)
    links = replace(
        assets.links(drawn, "../"),
        address=f"{address}/{folder}/" if address else "",
        picture=f"{address or '..'}/{folder}.png" if pictured else "",
    )
    scripts = live.Scripts(
        f"../{assets.later}", f"../{assets.charts}" if assets.charts else "", "cube.js" if cube else ""
    )
    content = live.content(drawn, numbers, scripts)
    page = pages.dashboard_page(drawn, links.with_script("page.js"), "../index.html", filterable=cube is not None)
    files = {
        f"{folder}/index.html": page.encode(),
        f"{folder}/page.js": runtime.page_script(content),
        f"{folder}/data.json": _json(numbers),
    }
    if cube is not None:
        files[f"{folder}/cube.js"] = runtime.cube_script(cube)
    for name, shown in drawn.widgets.items():
        if shown.picture.chart is not None:
            files[f"{folder}/charts/{name}.vl.json"] = _json(_standalone(shown, drawn))
    return files


def _single_file(drawn: DrawnDashboard, assets: _Assets, cube: Cube | None) -> bytes:
    scripts = live.Scripts(f"#{_MORE}", f"#{_CHARTS}" if assets.charts else "", f"#{_CUBE}" if cube else "")
    held = assets.contents(drawn, runtime.page_script(live.content(drawn, data(drawn), scripts)), cube)
    return pages.dashboard_page(drawn, held, filterable=cube is not None).encode()


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
        "cldr": ", ".join(sorted({drawn.context.write.data["cldr"] for drawn in dashboards})),
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
