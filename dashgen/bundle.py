"""Drawn dashboards as files in memory: path → bytes, the same bytes for the same input."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from dashgen import chart_script, live, pages, runtime, standalone
from dashgen.digest import digest
from dashgen.draw import DrawnDashboard, DrawnWidget
from dashgen.manifest import FORMAT, Bundle, joined, json_bytes
from dashgen.markup import held
from dashgen.pages import Links
from dashgen.parts import Part, fingerprint
from dashgen.render_worker import VEGA_LITE
from dashgen.titles import title
from dashgen.widgets.base import Context

_NOTICE = "assets/NOTICE.txt"
_CHARTS, _CUBE, _MORE = "chart-script", "cube", "more"
"""The ids of the charts' script, of the cubes and of the script that comes later in a page of one file."""


def assemble(
    dashboards: Sequence[DrawnDashboard],
    *,
    exposure: Mapping[str, Any],
    cubes: Mapping[str, bytes] = MappingProxyType({}),
    chart_script: Callable[[], bytes] = chart_script.content,
    single_file: bool = False,
    images: Callable[[Bundle], Bundle] = lambda _: {},
    pictured: bool = False,
    address: str = "",
) -> Bundle:
    """Every file of a build of these dashboards; see `parted`, and `manifest.joined`."""
    parts = parted(
        dashboards,
        exposure=exposure,
        cubes=cubes,
        chart_script=chart_script,
        single_file=single_file,
        pictured=pictured,
        address=address,
    )
    return joined(parts, lambda entries, links: index(entries, dashboards[0].context, links), images)


def index(entries: Sequence[Mapping[str, Any]], context: Context, links: Mapping[str, Any]) -> bytes:
    return pages.index_page(entries, context, Links(**links)).encode()


def parted(
    dashboards: Sequence[DrawnDashboard],
    *,
    exposure: Mapping[str, Any],
    cubes: Mapping[str, bytes],
    chart_script: Callable[[], bytes],
    single_file: bool = False,
    pictured: bool = False,
    address: str = "",
) -> list[Part]:
    """What each dashboard brings. `exposure` says which values its files hold; the caller knows.

    `cubes` has the scripts that the pages of dashboards with filters answer them from.
    `chart_script` is asked for where there are charts. With `single_file` every dashboard comes as one file too.
    `pictured` says that there will be an `ID.png` of every page, which others find at the `address` at which the bundle
    is served, if that is known.
    """
    styles: dict[str, bytes] = {}
    return [
        _part(
            one,
            _Assets(one, chart_script, styles),
            exposure,
            cubes.get(one.dashboard.id),
            single_file,
            pictured,
            address,
        )
        for one in dashboards
    ]


def _part(
    drawn: DrawnDashboard,
    assets: _Assets,
    exposure: Mapping[str, Any],
    cube: bytes | None,
    single_file: bool,
    pictured: bool,
    address: str,
) -> Part:
    name = drawn.dashboard.id
    files = _files_of(drawn, assets, cube, address, pictured)
    if single_file:
        files[f"{name}.html"] = _single_file(drawn, assets, cube)
    return Part(
        id=name,
        files=files,
        told={path: fingerprint(content) for path, content in (*files.items(), *assets.files.items())},
        assets=assets.files,
        links={one.name: getattr(assets.links(), one.name) for one in fields(Links)},
        entry=pages.index_entry(drawn),
        manifest=_entry(drawn),
        exposure={name: exposure[name]} if name in exposure else {},
        versions={
            "catalogue": drawn.facts.catalogue,
            "cldr": drawn.context.write.data["cldr"],
            "vega-lite": VEGA_LITE,
        },
    )


class _Assets:
    """The files that a page shares with others, a hash of their content in their names."""

    def __init__(self, drawn: DrawnDashboard, chart_script: Callable[[], bytes], styles: dict[str, bytes]) -> None:
        theme = drawn.context.theme
        look = digest(theme)
        if look not in styles:
            styles[look] = pages.stylesheet(theme).encode()
        self.files = {_NOTICE: runtime.notice()}
        self._style = self._add(theme.name, "css", styles[look])
        self._logo = self._add("logo", "svg", theme.logo.encode()) if theme.logo else ""
        self._head = self._add("scheme", "js", runtime.head_script())
        self._script = self._add("dashgen", "js", runtime.script())
        self.later = self._add("more", "js", runtime.later_script())
        self.charts = self._add("vega", "js", chart_script()) if live.has_charts(drawn) else ""

    def links(self, up: str = "") -> Links:
        """What a page at `up` from the root loads for every dashboard of this theme."""
        return Links(
            css=up + self._style,
            head=up + self._head,
            scripts=(up + self._script,),
            logo=up + self._logo if self._logo else "",
        )

    def contents(self, page_script: bytes, cube: bytes | None) -> pages.Contents:
        """The same for a page of one file. Its numbers and the charts' script wait there until they are asked for."""
        links = self.links()
        idle = [(_MORE, self._held(self.later))]
        if cube is not None:
            idle.append((_CUBE, held(cube.decode())))
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
    drawn: DrawnDashboard, assets: _Assets, cube: bytes | None, address: str, pictured: bool
) -> dict[str, bytes]:
    folder, numbers = drawn.dashboard.id, data(drawn)
    links = replace(
        assets.links("../"),
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
        f"{folder}/data.json": json_bytes(numbers),
    }
    if cube is not None:
        files[f"{folder}/cube.js"] = cube
    for name, shown in drawn.widgets.items():
        if shown.picture.chart is not None:
            files[f"{folder}/charts/{name}.vl.json"] = json_bytes(_standalone(shown, drawn))
    return files


def _single_file(drawn: DrawnDashboard, assets: _Assets, cube: bytes | None) -> bytes:
    scripts = live.Scripts(f"#{_MORE}", f"#{_CHARTS}" if assets.charts else "", f"#{_CUBE}" if cube else "")
    held = assets.contents(runtime.page_script(live.content(drawn, data(drawn), scripts)), cube)
    return pages.dashboard_page(drawn, held, filterable=cube is not None).encode()


def _standalone(shown: DrawnWidget, drawn: DrawnDashboard) -> dict[str, Any]:
    picture, context = shown.picture, drawn.context
    name = title(shown.widget, context.labels, context.words)
    return standalone.specification(picture.chart or {}, picture.frame, name, context.theme)


def _entry(drawn: DrawnDashboard) -> dict[str, Any]:
    dashboard, facts = drawn.dashboard, drawn.facts
    return {
        "id": dashboard.id,
        "title": dashboard.title,
        "path": f"{dashboard.id}/index.html",
        "as_of": facts.as_of,
        "error_bounds": dict(sorted(facts.error_bounds.items())),
        **({"standard_errors": dict(facts.standard_errors)} if facts.standard_errors else {}),
        "failures": sorted(name for name, shown in drawn.widgets.items() if shown.answer.failure),
    }


def _short_hash(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]
