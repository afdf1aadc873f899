"""HTML: one page per dashboard and an index of them, complete without a script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from markupsafe import Markup

from dashgen import captions, cldr, layout, previews, styles, svg, tables, toolbar
from dashgen.draw import DrawnDashboard, DrawnWidget
from dashgen.markup import environment, render, trusted
from dashgen.model import Section, Widget
from dashgen.theme import Theme
from dashgen.titles import measured, title
from dashgen.widgets.base import Context, Label


@dataclass(frozen=True, slots=True)
class Links:
    """What a page loads, as paths relative to it. `head` runs before the first paint, `scripts` after parsing."""

    css: str
    head: str
    scripts: tuple[str, ...]
    logo: str = ""
    picture: str = ""
    """Of the page, for those who link to it."""
    address: str = ""
    """Of the page, where it is known."""

    def with_script(self, path: str) -> Links:
        return replace(self, scripts=(*self.scripts, path))

    @property
    def policy(self) -> str:
        return _policy("'self'", "'self'", "'self' data:")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a page of one file holds instead: the same as text. `idle` runs when a script asks for it by its id."""

    css: Markup
    head: Markup
    scripts: tuple[Markup, ...]
    idle: tuple[tuple[str, Markup], ...]
    notice: Markup
    """The licences of what it holds."""
    logo: str = ""
    picture: str = ""
    address: str = ""

    @property
    def policy(self) -> str:
        scripts = (self.head, *self.scripts, *(text for _, text in self.idle))
        return _policy(" ".join(map(_fingerprint, scripts)), _fingerprint(self.css), "data:")


def _policy(scripts: str, styles: str, images: str) -> str:
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )


def _fingerprint(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def stylesheet(look: Theme) -> str:
    """The whole CSS of a page: the theme's variables, then layout and marks."""
    rules = environment().get_template("page.css").render(heights=layout.HEIGHTS)
    rules += environment().get_template("live.css").render()
    rules += environment().get_template("filters.css").render()
    rules += environment().get_template("tools.css").render()
    return styles.stylesheet(look) + rules + layout.stylesheet() + svg.stylesheet()


def dashboard_page(drawn: DrawnDashboard, links: Links | Contents, home: str = "", *, filterable: bool = False) -> str:
    """The page of one dashboard; `home` is a path relative to it, if there is one.

    `filterable` is a page with what answers its filters: its bar is made to become live where it stands.
    """
    dashboard, facts = drawn.dashboard, drawn.facts
    return render(
        "page.html",
        **_frame(drawn.context, links),
        description=_description(drawn),
        home=home,
        dashboard=dashboard,
        when=drawn.context.write.range(facts.start, facts.end),
        as_of=drawn.context.write.time(facts.as_of),
        filterable=filterable,
        chips=list(toolbar.chips(drawn)),
        time_is=toolbar.time_is(drawn),
        parts=_parts(dashboard.layout, drawn, 2),
        definitions=list(_definitions(drawn)),
        newest=drawn.context.write.time(facts.newest) if facts.newest else "",
        due=facts.due,
        bounds=_bounds(drawn),
        facts=facts,
    )


def index_entry(drawn: DrawnDashboard) -> dict[str, Any]:
    """What the index shows of a dashboard, as JSON: its name, and a preview of its numbers."""
    return {
        "href": f"{drawn.dashboard.id}/index.html",
        "title": drawn.dashboard.title,
        "description": drawn.dashboard.description,
        "when": drawn.context.write.range(drawn.facts.start, drawn.facts.end),
        "figures": [[name, shown.text, shown.unit] for name, shown in previews.figures(drawn)],
        "preview": previews.picture(drawn),
    }


def index_page(entries: Sequence[Mapping[str, Any]], context: Context, links: Links) -> str:
    """The list of all dashboards, in one theme and language."""
    shown = [{**entry, "preview": trusted(entry["preview"])} for entry in entries]
    return render("index.html", **_frame(context, links), description="", entries=shown)


def _frame(context: Context, links: Links | Contents) -> dict[str, Any]:
    """What every page has around its content."""
    theme, lang, own = context.theme, context.dashboard.lang, context.words.lang.partition("-")[0]
    return {
        "links": links,
        "held": isinstance(links, Contents),
        "words": context.words,
        "lang": lang,
        "own": trusted("" if lang.partition("-")[0] == own else f' lang="{own}"'),
        "direction": cldr.direction(lang),
        "choices": list(_choices(theme)),
        "schemes": f"{theme.scheme} dark" if theme.dark else theme.scheme,
        "logo": links.logo,
    }


def _choices(theme: Theme) -> Iterator[str]:
    """The schemes among which a viewer may choose; none where there is only one."""
    own = ["light", "dark"] if theme.dark else []
    more = ["contrast"] if theme.contrast else []
    if own or more:
        yield from ("system", *own, *more)


def _description(drawn: DrawnDashboard) -> str:
    """What others show of a link to the page: what it says of itself, and its first numbers."""
    figures = [f"{name} {shown.joined}" for name, shown in previews.figures(drawn)]
    return ". ".join(filter(None, [(drawn.dashboard.description or "").rstrip("."), *figures]))


# ---- parts ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A section, or a run of widgets that flow into one grid. `level` is that of the headings in it."""

    level: int
    title: str = ""
    note: str = ""
    parts: tuple[Part, ...] = ()
    widgets: tuple[dict[str, Any], ...] = ()


def _parts(entries: Sequence[Widget | Section], drawn: DrawnDashboard, level: int) -> tuple[Part, ...]:
    return tuple(part for part in _split(entries, drawn, level) if part.parts or part.widgets)


def _split(entries: Sequence[Widget | Section], drawn: DrawnDashboard, level: int) -> Iterator[Part]:
    run: list[dict[str, Any]] = []
    for entry in entries:
        if isinstance(entry, Section):
            yield Part(level, widgets=tuple(run))
            inside = _parts(entry.layout, drawn, min(level + 1, 6))
            yield Part(level, entry.title, entry.note or "", inside)
            run = []
        elif entry.id in drawn.widgets:
            run.append(_widget(drawn.widgets[entry.id], drawn))
    yield Part(level, widgets=tuple(run))


def _widget(shown: DrawnWidget, drawn: DrawnDashboard) -> dict[str, Any]:
    widget, picture, answer = shown.widget, shown.picture, shown.answer
    return {
        "id": widget.id,
        "type": widget.type,
        "span": shown.span,
        "height": widget.height,
        "title": title(widget, drawn.context.labels, drawn.context.words),
        "pinned": captions.pinned(widget, answer, drawn.context),
        "note": widget.note,
        "attributes": picture.attributes,
        "html": trusted(picture.html),
        "drawings": [trusted("".join(panels)) for panels in shown.drawings],
        "fixed": picture.frame.width is not None,
        "tall": layout.tall(picture.frame.height),
        "legend": trusted(picture.legend),
        "table": trusted(picture.table),
        "summary": picture.summary,
        "empty": picture.empty,
        "failure": answer.failure,
        "about": " ".join(_defined(widget, drawn.context)),
        "bound": captions.bound(widget, drawn.context),
        "searched": len(answer.rows) > tables.FEW,
        "reach": captions.reach(answer, drawn.context),
        "notes": answer.notes,
        "remarks": picture.remarks,
    }


# ---- footer ---------------------------------------------------------------------------------


def _definitions(drawn: DrawnDashboard) -> Iterator[dict[str, Any]]:
    """What every metric in the page means, in the order of their first use: in words, as a formula, in which unit."""
    context = drawn.context
    for name in dict.fromkeys(name for shown in drawn.widgets.values() for name in _defined(shown.widget, context)):
        label = context.labels[name]
        yield {
            "name": name,
            "title": label.title,
            "text": label.description or "",
            "formula": label.formula,
            "facts": [fact for fact in (_counted_in(label), context.bound(name)) if fact],
        }


def _counted_in(label: Label) -> str:
    """What the numbers do not say themselves."""
    return (label.unit or "") if label.format in ("number", "compact") else ""


def _defined(widget: Widget, context: Context) -> list[str]:
    """The metrics of a widget that have a definition."""
    labels = context.labels
    return [name for name in measured(widget) if name in labels and (labels[name].description or labels[name].formula)]


def _bounds(drawn: DrawnDashboard) -> str:
    """The largest error of the percentiles in the page, as a percentage; empty if it has none."""
    used = {name for shown in drawn.widgets.values() for name in measured(shown.widget)}
    bounds = [bound for name, bound in drawn.facts.error_bounds.items() if name in used]
    return drawn.context.write.percent(max(bounds)) if bounds else ""
