"""A dashboard in one file: it needs no other, its policy allows what it holds and nothing else, and it comes alive."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dashgen.bundle import assemble
from dashgen.render import Renderer
from tests.browser.opened import opened
from tests.test_pages import EVERY_KIND, HOSTILE, drawn

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with Renderer() as renderer:
        bundle = assemble([drawn(renderer, EVERY_KIND, title=HOSTILE[0])], exposure={}, single_file=True)
    file = tmp_path_factory.mktemp("alone") / "board.html"
    file.write_bytes(bundle["board.html"])
    return file


def test_it_stands_alone_and_comes_alive(chromium: Any, page: Path) -> None:
    with opened(chromium, page.as_uri(), inside=page.as_uri(), viewport={"width": 1440, "height": 5000}) as watched:
        count = watched.tab.locator(".pictures").count()
        watched.wait_until_live(count)
        assert count >= 4
        assert watched.said == []
        assert watched.asked == []
        assert watched.shift() == 0
        assert watched.tab.evaluate(
            "dashgen.rows(Object.values(document.querySelectorAll('[data-widget]'))[0].dataset.widget)"
        )


def test_nothing_else_may_run(chromium: Any, page: Path, tmp_path: Path) -> None:
    """A script that somebody adds is not among the fingerprints."""
    changed = tmp_path / "changed.html"
    changed.write_text(page.read_text().replace("</body>", "<script>document.title = 'caught'</script></body>"))
    with opened(chromium, changed.as_uri()) as watched:
        assert watched.tab.title() != "caught"
        assert any("Content Security Policy" in said for said in watched.said)


def test_it_names_no_file(page: Path) -> None:
    html = page.read_text()
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', html)
    assert policy
    assert "'self'" not in policy[1].replace("&#39;", "'")
    assert "unsafe" not in policy[1]
    assert not re.search(r'<(?:script|link|img)[^>]* (?:src|href)="(?!data:)', html)


def test_it_holds_the_licences_of_what_it_holds(page: Path) -> None:
    html = page.read_text()
    assert "UNICODE LICENSE" in html
    assert "Interactive Data Lab" in html
