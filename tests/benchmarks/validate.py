"""`dashgen validate` of a dashboard with a hundred widgets beside a bare Python start."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.data import FIELDS
from tests.benchmarks.measure import in_turns, table

_WIDGETS = """\
  - {type: card, metric: error_rate, thresholds: {warning: 2%, critical: 5%}, compare: previous, spark: true}
  - {type: line, metrics: [input_tokens, output_tokens], every: day, title: Tokens over time}
  - {type: bar, metric: cost, by: model, series: project, stacked: true, top: 8}
  - {type: table, by: [model, project], metrics: [requests, tokens, cost, error_rate], order: -cost}
"""


def main(widgets: int = 100) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        source = f"sources: {{gateway: {{type: files, path: none.parquet, fields: {FIELDS}}}}}\n"
        (folder / "dashgen.yaml").write_text("version: 1\n" + source)
        parts = (_WIDGETS.replace("{type", f"{{where: {{user: user-{n}}}, type") for n in range(widgets // 4))
        (folder / "large.yaml").write_text("version: 1\nlayout:\n" + "".join(parts))
        commands = {
            "dashgen validate": [sys.executable, "-m", "dashgen", "validate"],
            "python -c pass": [sys.executable, "-c", "pass"],
        }
        print(f"{widgets} widgets")
        print(table(in_turns(commands, folder, times=9), "python -c pass"))
