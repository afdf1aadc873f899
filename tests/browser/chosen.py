"""A choice made in each of the three ways that a viewer has: by `setFilters`, in the menus, by a pasted link."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import quote

from tests.browser.filterable import button, choose, state
from tests.browser.test_choices import READ, Choice

Problems = Callable[[], list[str]]
WAYS = ("setFilters", "clicks", "link")


def made(tab: Any, page: str, choice: Choice, way: str) -> None:
    """On a page as it opens, this choice."""
    if way == "link":
        visit(tab, page + link(choice))
        return
    visit(tab, page)
    if way == "clicks":
        click(tab, choice)
    else:
        choose(tab, **choice.changes)


def visit(tab: Any, address: str) -> None:
    """As in a new tab: another fragment alone would not load the page again."""
    tab.goto("about:blank")
    tab.goto(address)
    tab.evaluate("dashgen.ready")


# ---- a link, by what SEMANTICS.md says of the address


def link(choice: Choice) -> str:
    pairs = [(name, _written(value)) for name, values in choice.filters.items() for value in values]
    time_range = choice.time_range
    if isinstance(time_range, dict):
        time_range = f"{time_range['from']}..{time_range.get('to', '')}"
    return "".join(["#v1", *(f"&{name}={value}" for name, value in [*pairs, ("time_range", time_range)])])


def _written(value: Any) -> str:
    return "!missing" if value is None else quote(str(value), safe="")


# ---- menus


def click(tab: Any, choice: Choice) -> None:
    for name, values in choice.filters.items():
        button(tab, name).click()
        for value in values:
            option(tab, value).click()
        tab.keyboard.press("Escape")
    button(tab, "time_range").click()
    if isinstance(choice.time_range, dict):
        tab.locator(".menu [type=date]").first.fill(choice.time_range["from"])
        tab.locator(".menu [type=date]").last.fill(choice.time_range["to"])
    else:
        tab.locator(".menu [type=radio]").nth(_offered(tab).index(choice.time_range)).click()
    tab.keyboard.press("Escape")
    assert state(tab) == choice.changes


def option(tab: Any, value: Any) -> Any:
    """The line of a value in the menu that is open."""
    name = "(missing)" if value is None else "(empty)" if value == "" else str(value)
    exact = tab.locator("bdi", has_text=re.compile(f"^{re.escape(name)}$"))
    return tab.locator(".menu .option", has=exact)


def _offered(tab: Any) -> list[str]:
    """What each radio button of the open menu chooses, found out by choosing it."""
    found = []
    for radio in tab.locator(".menu [type=radio]").all():
        radio.click()
        found.append(state(tab)["time_range"])
    return found


# ---- random choices


def random_choices(
    values: Mapping[str, Sequence[Any]], ranges: Sequence[Any], as_of: str, random: Random, count: int
) -> Iterator[Choice]:
    """The first has a value of every dimension's most frequent ones; every third a range of one's own."""
    for number in range(count):
        filters = {name: _some(found, random, bool(number)) for name, found in values.items()}
        yield Choice(filters, whole_days(as_of, random) if number % 3 == 2 else ranges[number % len(ranges)])


def _some(values: Sequence[Any], random: Random, may_be_none: bool) -> list[Any]:
    if may_be_none and random.random() < 0.4:
        return []
    return random.sample(list(values), min(len(values), random.randint(1, 3)))


def whole_days(as_of: str, random: Random, most: int = 6) -> dict[str, str]:
    """Of a day that is cut short a page need not hold what was before."""
    today = (datetime.fromisoformat(as_of) - timedelta(microseconds=1)).date()
    first = today - timedelta(days=random.randint(1, most))
    last = min(first + timedelta(days=random.randint(0, most - 1)), today - timedelta(days=1))
    return {"from": first.isoformat(), "to": last.isoformat()}


# ---- what is shown


def shown(tab: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of every widget."""
    found: dict[str, list[dict[str, Any]]] = tab.evaluate(READ)
    return found


def settled(problems: Problems, seconds: float = 20) -> list[str]:
    """What remains wrong once there was time to redraw."""
    limit = time.monotonic() + seconds
    while found := problems():
        if time.monotonic() > limit:
            return found
        time.sleep(0.1)
    return []
