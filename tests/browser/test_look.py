"""`look.js` finds what it is there to find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.test_examples import LOOK

pytestmark = pytest.mark.browser

CARD = '<article data-widget="a" data-type="card" style="position:relative; height:80px; {}">{}</article>'
LINE = '<article data-widget="a" data-type="line" style="height:200px">a<div class="pictures"><svg>{}</svg></div>'
MARK = '<rect width="9" height="9"/>'
LABEL = '<text x="9" y="90" font-size="12">label</text>'
ON_EACH_OTHER = '<p style="position:absolute; top:9px">one</p><p style="position:absolute; top:12px">two</p>'


@pytest.fixture(scope="module")
def tab(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 400, "height": 400})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("body", "wrongs"),
    [
        (CARD.format("", "fine"), []),
        (LINE.format(MARK + LABEL), []),
        (CARD.format("", "fine") + "<p style='width:500px'>x</p>", ["the page scrolls sideways"]),
        (CARD.format("left:-9px", "x"), ["a: outside of the page"]),
        (CARD.format("width:90px", "x"), ["a: 90 × 80 px"]),
        (CARD.format("", ""), ["a: no words"]),
        (CARD.format("", '<p class="number" style="overflow:hidden">' + "1" * 99), ["a: cut: “" + "1" * 30 + "”"]),
        (CARD.format("width:200px", "<b style='margin-left:190px'>wide"), ["a: outside: “wide”"]),
        (CARD.format("", ON_EACH_OTHER), ["a: “one” on “two”"]),
        (CARD.format("", "x") + f"<footer>{ON_EACH_OTHER}</footer>", ["FOOTER: “one” on “two”"]),
        (LINE.format(LABEL), ["a: no marks"]),
        (LINE.format(MARK), ["a: a chart without text"]),
        (LINE.format(MARK + LABEL.replace("12", "10")), ["a: 10 px: “label”"]),
        (LINE.format(MARK + LABEL.replace("12", "14")), ["a: 14 px: “label”"]),
        (LINE.format(MARK + LABEL.replace('"9"', '"-19"')), ["a: outside: “label”"]),
        (LINE.format(MARK + LABEL + LABEL.replace("label", "other")), ["a: “label” on “other”"]),
    ],
)
def test_it_finds(tab: Any, body: str, wrongs: list[str]) -> None:
    tab.set_content(f"<!doctype html><style>svg {{ overflow: visible }} p {{ margin: 0 }}</style>{body}")
    assert tab.evaluate(LOOK) == wrongs


def test_it_sees_what_is_scrolled_or_hidden_as_people_do(tab: Any) -> None:
    cut = '<div style="overflow:auto; width:100px"><p style="width:900px">{}</p></div>'.format("word " * 40)
    hidden = '<p style="visibility:hidden">unseen</p>'
    tab.set_content(f"<!doctype html>{CARD.format('', cut + hidden)}")
    assert tab.evaluate(LOOK) == []
