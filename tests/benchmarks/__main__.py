"""`python -m tests.benchmarks NAME [ROWS]`: runs one benchmark and prints its table."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("cold_build", "scans", "validate", "page", "filters", "evaluator", "choose", "preview", "rebuild")

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        sys.exit(f"usage: python -m tests.benchmarks {{{','.join(NAMES)}}} [ROWS]")
    import_module(f"tests.benchmarks.{sys.argv[1]}").main(*map(int, sys.argv[2:3]))
