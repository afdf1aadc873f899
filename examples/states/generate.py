"""Writes the few events behind the states example: `python generate.py` gives the same file every time."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

FILE = Path(__file__).parent / "data/calls.csv"
END = datetime(2026, 10, 30, 16, 0, tzinfo=UTC)
DAYS = 10
COLUMNS = ("time", "model", "project", "user", "status_code", "input_tokens", "output_tokens", "latency")
MODELS = [f"model-{n:02}" for n in range(1, 41)]
PROJECTS = (
    "search",
    "מחקר ופיתוח",
    "دعم العملاء",
    "A project whose name its owners never found a reason to shorten, in spite of everything",
)
USERS = ("ana", "an-account-that-was-made-by-a-machine-and-carries-its-whole-history@subsidiary.example.com", "", "יעל")
STATUS = ("200",) * 40 + ("429", "429", "500", "400")


def main() -> None:
    rng = random.Random(20)
    weights = [1 / (n + 1) for n in range(len(MODELS))]
    times = sorted(END - timedelta(seconds=rng.randrange(DAYS * 86_400)) for _ in range(600))
    with FILE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for time in times:
            status, model = rng.choice(STATUS), rng.choices(MODELS, weights)[0]
            latency = round(rng.lognormvariate(7, 0.8) if status == "200" else rng.uniform(20, 90), 1)
            tokens = (rng.randrange(20, 4000), rng.randrange(5, 900) if status == "200" else 0)
            writer.writerow(
                [f"{time:%Y-%m-%dT%H:%M:%SZ}", model, rng.choice(PROJECTS), rng.choice(USERS), status, *tokens, latency]
            )


if __name__ == "__main__":
    main()
