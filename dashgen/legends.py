"""Legends of the page, beside the picture: small tables of a colour, a name and perhaps a value."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from dashgen.categories import Categories
from dashgen.markup import render
from dashgen.widgets.base import Context

_MOST = 12
_LINE = 25


def names(categories: Categories, labelled: bool = False) -> str:
    """Colours and names; nothing for a single one, which the title names. `labelled`: a desk's drawing has them."""
    if len(categories.names) < 2:
        return ""
    entries = [{"role": role, "name": name} for role, name in zip(categories.roles, categories.names, strict=True)]
    return render("legend.html", entries=entries, valued=False, labelled=labelled, more="")


def shares(categories: Categories, values: Sequence[float], written: Sequence[str], context: Context) -> str:
    """Colours, names, values and shares of the whole; a long list ends in how many more there are."""
    whole = sum(values)
    entries = [
        {"role": role, "name": name, "value": text, "share": context.write.share(value / whole) if whole else ""}
        for role, name, value, text in zip(categories.roles, categories.names, values, written, strict=True)
    ]
    return render(
        "legend.html", entries=entries[:_MOST], valued=True, labelled=False, more=_more(len(entries) - _MOST, context)
    )


def _more(count: int, context: Context) -> str:
    return context.words("and-more", count=count) if count > 0 else ""


def height(legend: str, width: int) -> int:
    """About how many pixels a legend takes on a desk, under a chart or beside a pie, in so many pixels of width."""
    if not legend or "labelled" in legend:
        return 0
    entries, letters = legend.count("<li>"), len(Markup(legend).striptags())
    if "valued" in legend:
        return _LINE * (entries + legend.count('class="more"'))
    return text_height("x" * (letters + 5 * entries), width) + 10


def text_height(text: str, width: int) -> int:
    """Of small running text: about seven pixels a letter."""
    return _LINE * -(-7 * len(text) // width)


def scale(low: str, high: str, roles: Sequence[str]) -> str:
    """From little to much."""
    return render("scale.html", roles=roles, low=low, high=high)
