"""Small seeded data sets with everything that goes wrong in real ones, written as parquet, CSV or JSON lines."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from tests.oracle.zones import DAY, HOUR, MINUTE, SECOND, clock, instant, iso, midnight, utc

Row = dict[str, Any]

MODELS = [
    "gpt-large",
    "gpt-small",
    "Other",
    "1.10",
    "claude «été»",
    "</script>",
    'say "hi", twice',
    "mini",
    "",
    "nano-2",
]
PROJECTS = ["search", "billing", "ops", "Ωmega", "null", "true"]
REGIONS = ["eu-south", "us-east", "ap"]
STATUSES = [200] * 12 + [429, 500, 503, 404, None, 204, 301, 99, 600]
ROME, NEW_YORK, KOLKATA, UTC_ZONE = "Europe/Rome", "America/New_York", "Asia/Kolkata", "UTC"
CAIRO, BEIRUT = "Africa/Cairo", "Asia/Beirut"
TEXT_TYPES = dict.fromkeys(("model", "project", "api_key", "user", "region"), "VARCHAR")
TYPES = {
    **TEXT_TYPES,
    **dict.fromkeys(("status_code", "retries", "input_tokens", "output_tokens", "requests", "errors"), "BIGINT"),
    **dict.fromkeys(("cost", "latency", "ttft"), "DOUBLE"),
}


@dataclass(frozen=True)
class TimeForm:
    """How a time is written: its column type, its text, and what the source must say about it."""

    type: str
    write: Callable[[int, str], Any]
    spec: dict[str, Any] = field(default_factory=dict)
    local: bool = False


def _naive(instant_: int, zone: str) -> str:
    return clock(instant_, zone).isoformat(sep=" ")


TIME_FORMS = {
    "timestamptz": TimeForm("TIMESTAMPTZ", lambda time, zone: iso(time, "UTC")),
    "timestamp": TimeForm("TIMESTAMP", lambda time, zone: _naive(time, "UTC")),
    "local": TimeForm("TIMESTAMP", _naive, local=True),
    "offset": TimeForm("VARCHAR", lambda time, zone: iso(time, zone)),
    "zulu": TimeForm("VARCHAR", lambda time, zone: utc(time).strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
    "us": TimeForm("BIGINT", lambda time, zone: time, {"units": {"time": "us"}}),
    "ns": TimeForm("BIGINT", lambda time, zone: time * 1000, {"units": {"time": "ns"}}),
    "relative": TimeForm("BIGINT", lambda time, zone: time - 1_700_000_000 * SECOND, {"units": {"time": "us"}}),
}
FORMS = {
    "parquet": ["timestamptz", "timestamp", "local", "us", "ns", "offset", "relative"],
    "csv": ["offset", "local", "zulu", "us", "timestamp"],
    "jsonl": ["zulu", "offset", "us", "local"],
}
RENAMED = {"time": "ts", "cost": "cost_usd", "latency": "duration", "user": "user id", "model": "Model"}


@dataclass(frozen=True)
class Dataset:
    name: str
    rows: list[Row]
    """By canonical field; `time` is an instant."""
    columns: list[str]
    zone: str
    """Where its clock changes lie."""
    center: int
    """The instant that its ranges are interesting around."""
    format: str
    time_form: str
    renamed: bool
    parts: int
    latency_unit: str
    prices: list[dict[str, Any]]

    @property
    def source(self) -> dict[str, Any]:
        """The source's entry in dashgen.yaml."""
        form = TIME_FORMS[self.time_form]
        spec: dict[str, Any] = {"type": "files", "path": self._path()}
        units = {**form.spec.get("units", {})}
        if self.latency_unit != "ms":
            units["latency"] = self.latency_unit
        if units:
            spec["units"] = units
        if form.local:
            spec["timezone"] = self.zone
        if self.time_form == "relative":
            spec["origin"] = "2023-11-14T22:13:20Z"
        mapping = {name: self.column(name) for name in self.columns if self.column(name) != name}
        mapping |= {name: name for name in ("requests", "errors", "region", "ttft") if name in self.columns}
        if mapping:
            spec["fields"] = mapping
        return spec

    def column(self, name: str) -> str:
        return RENAMED.get(name, name) if self.renamed else name

    def _path(self) -> str | list[str]:
        if self.parts == 1:
            return f"data/{self.name}.{self.format}"
        if self.parts == 2:
            return [f"data/{self.name}-{part}.{self.format}" for part in range(2)]
        return f"data/{self.name}-*.{self.format}"

    def write(self, root: Path) -> None:
        """The files that `source` names, under `root`."""
        (root / "data").mkdir(parents=True, exist_ok=True)
        form = TIME_FORMS[self.time_form]
        types = {self.column(name): TYPES.get(name, form.type) for name in self.columns}
        written = [
            {
                self.column(name): form.write(row["time"], self.zone) if name == "time" else row[name]
                for name in self.columns
            }
            for row in self.rows
        ]
        for part in range(self.parts):
            name = f"{self.name}.{self.format}" if self.parts == 1 else f"{self.name}-{part}.{self.format}"
            WRITERS[self.format](root / "data" / name, written[part :: self.parts], types)


# ---- writers ------------------------------------------------------------------------------------


def _write_csv(file: Path, rows: list[Row], types: dict[str, str]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(types)
        writer.writerows([["" if row[name] is None else row[name] for name in types] for row in rows])


def _write_json_lines(file: Path, rows: list[Row], types: dict[str, str]) -> None:
    lines = [json.dumps({name: _json(row[name]) for name in types}, ensure_ascii=False) for row in rows]
    file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _json(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _write_parquet(file: Path, rows: list[Row], types: dict[str, str]) -> None:
    texts = [[None if row[name] is None else str(row[name]) for name in types] for row in rows]
    casts = ", ".join(f'CAST(row[{at + 1}] AS {kind}) AS "{name}"' for at, (name, kind) in enumerate(types.items()))
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE texts (row VARCHAR[])")
        if texts:
            connection.execute("INSERT INTO texts SELECT unnest(?::VARCHAR[][])", [texts])
        target = str(file).replace("'", "''")
        connection.execute(f"COPY (SELECT {casts} FROM texts) TO '{target}' (FORMAT parquet)")


WRITERS: dict[str, Callable[[Path, list[Row], dict[str, str]], None]] = {
    "csv": _write_csv,
    "jsonl": _write_json_lines,
    "parquet": _write_parquet,
}


# ---- rows ---------------------------------------------------------------------------------------

CHANGES = {
    ROME: ["2025-03-30T01:00", "2025-10-26T01:00", "2024-03-31T01:00"],
    NEW_YORK: ["2025-03-09T07:00", "2025-11-02T06:00", "2024-11-03T06:00"],
    KOLKATA: ["2025-03-01T18:30", "2025-12-31T18:30"],
    UTC_ZONE: ["2025-02-28T00:00", "2024-12-31T12:00"],
    CAIRO: ["2024-04-25T22:00", "2025-04-24T22:00"],
    BEIRUT: ["2025-03-29T22:00", "2024-03-30T22:00"],
}
"""In Cairo and Beirut midnight itself is skipped."""


def center_of(zone: str, number: int) -> int:
    """A clock change of the zone, or an instant of note where its clocks never change."""
    written = CHANGES[zone][number % len(CHANGES[zone])]
    return instant(datetime.fromisoformat(written), "UTC")


def make_rows(random: Random, count: int, zone: str, center: int, *, magnitude: str) -> list[Row]:
    """`count` events around `center`: skewed, gappy, bursting, some exactly on edges and some at the same time."""
    times = sorted(_times(random, count, zone, center))
    return [_row(random, time, magnitude) for time in times]


def _times(random: Random, count: int, zone: str, center: int) -> list[int]:
    edges = _edges(zone, center)
    gap = random.randint(-6, 3)
    found: list[int] = []
    while len(found) < count:
        kind = random.random()
        if kind < 0.06:
            time = random.choice(edges) + random.choice([-1, 0, 1])
        elif kind < 0.10 and found:
            time = random.choice(found)
        elif kind < 0.35:
            time = center + random.randint(-4 * HOUR, 4 * HOUR)
        elif kind < 0.80:
            time = center + int(random.gauss(0, 1) * 4 * DAY)
        else:
            time = center + random.randint(-80 * DAY, 25 * DAY)
        if not gap * DAY <= time - center < (gap + 2) * DAY or abs(time - center) < 4 * HOUR:
            found.append(time)
    return found


def _edges(zone: str, center: int) -> list[int]:
    """Midnights around the center, the firsts of months, the hours around the change."""
    day = clock(center, zone).date()
    midnights = [midnight(day + timedelta(days=days), zone) for days in range(-9, 6)]
    firsts = [
        midnight((day.replace(day=1) + timedelta(days=32 * months)).replace(day=1), zone) for months in (-1, 0, 1)
    ]
    return [*midnights, *firsts, *(center + hours * HOUR for hours in range(-2, 4)), center + 30 * MINUTE]


def _zipf(random: Random, values: list[str], missing: float = 0.04) -> str | None:
    if random.random() < missing:
        return None
    return random.choices(values, [1 / (rank + 1) ** 1.3 for rank in range(len(values))])[0]


def _row(random: Random, time: int, magnitude: str) -> Row:
    project = _zipf(random, PROJECTS)
    key = _zipf(random, [f"{project}-key-{number}" for number in range(4)])
    tokens = random.random() > 0.05
    return {
        "time": time,
        "model": _zipf(random, MODELS),
        "project": project,
        "api_key": key,
        "user": _zipf(random, [f"user-{number}" for number in range(25)]),
        "status_code": random.choice(STATUSES),
        "retries": random.choice([0] * 8 + [1, 1, 2, 5, None]),
        "input_tokens": (random.randint(1, 40_000) if random.random() > 0.02 else None) if tokens else 0,
        "output_tokens": (int(random.expovariate(1 / 400)) if random.random() > 0.02 else None) if tokens else 0,
        "cost": _amount(random, magnitude, [None, None, 0.0, 0.0, math.nan, -2.5]),
        "latency": _amount(random, magnitude, [None, 0.0, math.nan, math.inf, 1e-6, 1e9, -0.75, -120.25]),
        "region": _zipf(random, REGIONS),
        "ttft": _amount(random, "usual", [None]),
    }


def _amount(random: Random, magnitude: str, odd: list[float | None]) -> float | None:
    if random.random() < 0.12:
        return random.choice(odd)
    if magnitude == "wild":
        return float(10 ** random.uniform(-6, 9))
    return round(random.lognormvariate(5, 1.4), random.choice([0, 1, 3, 6]))


# ---- the corpus ---------------------------------------------------------------------------------

ALL = [
    "time", "model", "project", "api_key", "user", "status_code", "retries",
    "input_tokens", "output_tokens", "cost", "latency", "region", "ttft",
]  # fmt: skip
SHAPES: list[tuple[str, list[str], bool]] = [
    ("full", ALL, True),
    ("full", ALL, False),
    ("plain", ALL[:-2], True),
    ("priced", [name for name in ALL if name not in ("cost", "region", "ttft")], True),
    ("plain", ALL[:-2], False),
    ("no-retries", [name for name in ALL[:-2] if name != "retries"], True),
    ("counted", ["time", "model", "project", "user", "requests", "errors"], False),
    ("no-status", [name for name in ALL[:-2] if name not in ("status_code", "latency")], False),
]
"""Name, columns, whether there is a price table."""
SIZES = [400, 700, 150, 1500, 60, 300, 900, 250]


def datasets(seed: int, count: int = 40) -> list[Dataset]:
    """The first ones hold clock changes in turn; among them one without rows and one with a single row."""
    return [dataset(seed, number) for number in range(count)]


def dataset(seed: int, number: int, zone: str | None = None) -> Dataset:
    random = Random(f"{seed}-{number}")
    zone = zone or [ROME, NEW_YORK, ROME, KOLKATA, NEW_YORK, UTC_ZONE][number % 6]
    shape, columns, table = SHAPES[number % len(SHAPES)]
    format_ = ["parquet", "csv", "jsonl"][number % 3]
    count = SIZES[(number * 3) % len(SIZES)]
    if number in (9, 10):
        count, format_ = (0, "parquet") if number == 9 else (1, "csv")
    center = center_of(zone, number // 6)
    rows = make_rows(random, count, zone, center, magnitude="wild" if number % 5 == 4 else "usual")
    if shape == "counted":
        rows = _counted(random, rows)
    return Dataset(
        name=f"{shape}-{number}",
        rows=random.sample(rows, len(rows)),
        columns=columns,
        zone=zone,
        center=center,
        format=format_,
        time_form=_time_form(format_, number),
        renamed=number % 4 == 1,
        parts=1 if count < 2 else [1, 1, 2, 1, 3][number % 5],
        latency_unit=["ms", "ms", "s", "ms", "us"][number % 5] if "latency" in columns else "ms",
        prices=_prices(zone, center) if table else [],
    )


def _counted(random: Random, rows: list[Row]) -> list[Row]:
    """Rows that stand for many events."""
    return [{**row, "requests": random.choice([1, 1, 3, 250]), "errors": random.choice([None, 0, 1])} for row in rows]


def partner(data: Dataset, seed: int, number: int) -> Dataset:
    """A second source around the same time, with the same names: other columns and form, and a range of its own."""
    random = Random(f"partner-{seed}-{number}")
    other = dataset(seed, number, data.zone)
    rows = make_rows(random, 250, data.zone, data.center, magnitude="usual")
    opening, closing = data.center - random.choice([40, 3, 1]) * DAY, data.center + random.choice([1, 6, 40]) * DAY
    rows = [row for row in rows if opening <= row["time"] < closing]
    rows = _counted(random, rows) if "requests" in other.columns else rows
    return replace(other, name=f"partner-{other.name}", rows=rows, center=data.center, parts=1, prices=[])


def _time_form(format_: str, number: int) -> str:
    forms = FORMS[format_]
    return forms[(number // 3) % len(forms)]


def _prices(zone: str, center: int) -> list[dict[str, Any]]:
    """Some models, some for a while only, one changing at a local midnight and one at an instant."""
    day = clock(center, zone).date()
    yesterday, change = (day - timedelta(days=1)).isoformat(), day.isoformat()
    moment = iso(center - center % SECOND + 90 * MINUTE, "UTC")
    return [
        {"model": "gpt-large", "input": 2.5, "output": 10, "to": yesterday},
        {"model": "gpt-large", "input": 2, "output": 8.000000001, "from": change},
        {"model": "gpt-small", "input": 0.15, "output": 0.6, "to": moment},
        {"model": "gpt-small", "input": 0.123456789, "output": 0.000000001, "from": moment},
        {"model": "1.10", "input": 0, "output": 0.0005, "from": (day - timedelta(days=3)).isoformat(), "to": change},
        {"model": "mini", "input": 0, "output": 0},
        {"model": "Other", "input": 1000000, "output": 75, "from": change},
    ]
