"""Pictures of their own: of each widget, and of whole pages in a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from dashgen import browser, charts, portraits, standalone
from dashgen.draw import DrawnDashboard, DrawnWidget, rendering
from dashgen.render import Renderer

Format = Literal["png", "svg", "pdf"]


_LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])
"""Where paper is Letter, as CLDR has it."""


def pages(files: Mapping[str, bytes], locales: Mapping[str, str], style: Format) -> Iterator[tuple[str, bytes]]:
    """`ID.png` or `ID.pdf` for each dashboard's page in `files`; nothing for SVG, and where there is no browser.

    `locales` has that of each dashboard: its readers' paper is the PDF's.
    """
    program = browser.find()
    if style == "svg" or program is None:
        return
    with TemporaryDirectory(prefix="dashgen-") as folder, browser.opened(program) as opened:
        for path, content in files.items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        for name, locale in locales.items():
            yield f"{name}.{style}", opened.capture(Path(folder, name, "index.html"), style, sheet(locale))


def sheet(locale: str) -> browser.Sheet:
    """The paper of where `locale` is spoken, or of where most of its speakers are."""
    from babel.core import get_global

    likely = get_global("likely_subtags")
    language, _, rest = locale.replace("-", "_").partition("_")
    places = [part for part in rest.split("_") if len(part) == 2 and part.isupper()]
    territory = (
        places[0] if places else likely.get(locale.replace("-", "_"), likely.get(language, "")).rpartition("_")[2]
    )
    return browser.LETTER if territory in _LETTER else browser.A4


def widgets(dashboards: Sequence[DrawnDashboard], style: Format, renderer: Renderer) -> Iterator[tuple[str, bytes]]:
    """Path and content for every widget but texts; one without numbers says so.

    Raises Failure at one that cannot be drawn.
    """
    for drawn in dashboards:
        for name, shown in drawn.widgets.items():
            with rendering(shown.widget):
                svg = _svg(shown, drawn, renderer)
                content = svg.encode() if style == "svg" or not svg else renderer.convert(name, svg, style)
            if content:
                yield f"{drawn.dashboard.id}/images/{name}.{style}", content


def _svg(shown: DrawnWidget, drawn: DrawnDashboard, renderer: Renderer) -> str:
    """Nothing for a text."""
    picture = shown.picture
    if picture.chart is None and picture.figure is None and not shown.answer.failure:
        return ""
    has_chart = picture.chart is not None and not (picture.empty or shown.answer.failure)
    return portraits.portrait(shown, drawn, _chart(shown, drawn, renderer) if has_chart else "")


def _chart(shown: DrawnWidget, drawn: DrawnDashboard, renderer: Renderer) -> str:
    """The chart without a title; without a legend where its lines have their names beside them."""
    picture = shown.picture
    chart = picture.chart or {}
    bare = charts.without_legends(chart) if "labelled" in picture.legend else chart
    spec = standalone.specification(bare, picture.frame, "", drawn.context.theme)
    edge = portraits.EDGE
    spec["padding"] = {"left": edge, "right": edge, "top": 4, "bottom": edge - 4}
    spec["config"] |= {"font": portraits.FONTS}
    return renderer.picture(shown.widget.id, {key: value for key, value in spec.items() if key != "title"})
