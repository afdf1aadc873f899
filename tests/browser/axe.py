"""axe-core in a page: what it finds against WCAG 2.2 AA and good practice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
RUN = """async () => {
  const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const options = {preload: false, resultTypes: ["violations"], runOnly: {type: "tag", values}};
  const { violations } = await axe.run(document, options);
  return violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\\s+/g, " ")}`));
}"""


def violations(tab: Any) -> list[str]:
    """One sentence per rule and element; the page's policy does not reach what the debugger runs."""
    if not tab.evaluate("'axe' in self"):
        tab.evaluate(SCRIPT.read_text("utf-8"))
    found: list[str] = tab.evaluate(RUN)
    return found
