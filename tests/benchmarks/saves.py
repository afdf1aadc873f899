"""From a save to its pixels in an open page, whoever serves it: one way to write, one way to look."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_WAIT = """([selector, text]) => {
  const isThere = () => document.querySelector(selector)?.textContent.includes(text);
  if (isThere()) throw new Error(`${text} is there before it is saved`);
  self.seen = new Promise((resolve) => {
    const look = () => {
      if (!isThere()) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  return undefined;
}"""
_REST = 300
"""Milliseconds after a change: charts come alive, and the next save is one of its own."""


@dataclass(frozen=True, slots=True)
class Save:
    """What is written, and the element and text that show it."""

    file: Path
    text: str
    selector: str
    wanted: str


Edit = Callable[[int], Save]
"""What is saved in which turn; never the same twice."""


def timed(tab: Any, save: Save) -> float:
    """Milliseconds from the end of the write, in place as most editors do, to a frame after it stands in the page."""
    tab.evaluate(_WAIT, [save.selector, save.wanted])
    save.file.write_text(save.text)
    began = 1000 * time.time()
    seen: float = tab.evaluate("self.seen")
    tab.wait_for_timeout(_REST)
    return seen - began


@contextmanager
def browsing() -> Iterator[Any]:
    """Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Any, address: str, ready: str) -> Any:
    """A page of its own, once it is as `ready` says."""
    tab = browser.new_context(viewport={"width": 1440, "height": 1400}).new_page()
    tab.goto(address)
    tab.wait_for_function(ready)
    tab.wait_for_timeout(1000)
    return tab
