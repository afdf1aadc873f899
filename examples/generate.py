"""Write the sample data: requests to an LLM gateway of a company that does not exist, and the bill for its machines.

    python generate.py                                                      data/requests.parquet, data/machines.csv
    python generate.py OUT.parquet | OUT.csv [--days 92] [--rows 60000]     requests only

The same arguments always give the same rows. What is real in them:

* Token lengths follow the quantiles of two Azure production traces, `AzureLLMInferenceTrace_code` and
  `_conv` (Azure Public Dataset, CC-BY-4.0; Patel et al., Splitwise, ISCA 2024). Prompt and answer are
  drawn apart: in both traces their rank correlation is under 0.1.
* The day of the projects that customers use follows the hourly volume of the `m-small` model in ServeGen
  (Alibaba, Apache-2.0). Its times are relative; hour 0 is read as midnight.

The rest is made up: names, office hours, speeds, failures, machines and the incidents in the table below.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np

Array = np.ndarray[Any, Any]
Columns = dict[str, Array]

SEED = 20261030
DAYS, ROWS = 92, 60_000
ROME = ZoneInfo("Europe/Rome")
HOUR = 3600.0
TIMEOUT_MS = 60_000.0
"""The clients give up after a minute: no status, no answer."""

QUANTILES = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995, 1)
CODE_INPUT = (3, 17, 35, 75, 147, 385, 770, 1075, 1469, 1909, 2433, 3193, 3923, 5194, 7315, 7436, 7436, 7436, 7437)
CODE_OUTPUT = (6, 6, 6, 6, 7, 8, 9, 11, 13, 16, 20, 29, 39, 55, 90, 172, 252, 361, 1899)
CONV_INPUT = (2, 29, 91, 181, 207, 387, 403, 703, 1020, 1071, 1130, 1315, 1877, 2735, 4083, 4098, 4142, 4831, 14050)
CONV_OUTPUT = (7, 16, 24, 41, 54, 77, 91, 103, 129, 177, 384, 400, 411, 424, 451, 540, 601, 644, 1000)

# Volume by local hour, 0 to 23.
CUSTOMERS = (58, 49, 50, 46, 49, 45, 47, 59, 70, 72, 77, 75, 73, 74, 73, 72, 75, 74, 69, 84, 100, 96, 87, 73)
OFFICE = (2, 1, 1, 1, 1, 2, 6, 20, 62, 92, 100, 96, 70, 58, 84, 96, 94, 80, 48, 22, 12, 8, 5, 3)
NIGHT = (40, 90, 100, 100, 60, 20, 4, 4, 8, 10, 10, 10, 10, 10, 10, 10, 10, 10, 8, 6, 6, 6, 10, 20)

REGIONS = {"eu-south": 0.62, "eu-west": 0.27, "us-east": 0.11}
NAMES = (
    "ada anna bruno carla chiara davide elena emma enzo fabio felix giulia greta hanna hugo irene ivan jonas karim "
    "laura lea luca marco maria marta matteo mira nadia nora olga paolo pia rosa sara sofia teo tom ugo vera yara"
)


@dataclass(frozen=True)
class Model:
    """Speeds: milliseconds to the first token, and output tokens per second."""

    name: str
    first_token_ms: float
    tokens_per_second: float
    failing: float = 0.005


MODELS = (
    Model("claude-sonnet-5-5", 640, 72),
    Model("gpt-5.6", 780, 64, failing=0.007),
    Model("claude-haiku-4-5", 340, 150),
    Model("gpt-5.4-mini", 380, 130),
    Model("gemini-3.8-flash", 420, 170, failing=0.007),
    Model("claude-opus-5-5", 1150, 45),
    Model("mistral-large-3", 560, 58),
    Model("acme-support-8b", 150, 95, failing=0.003),
)


@dataclass(frozen=True)
class Project:
    """`models` are weights in the order of MODELS; `keys` give each key's weight and number of users."""

    name: str
    weight: float
    day: tuple[int, ...]
    weekend: float
    tokens: tuple[tuple[int, ...], tuple[int, ...]]
    models: tuple[int, ...]
    keys: Mapping[str, tuple[float, int]]


CONV = (CONV_INPUT, CONV_OUTPUT)
CODE = (CODE_INPUT, CODE_OUTPUT)
PROJECTS = (
    Project(
        "support-chat",
        26,
        CUSTOMERS,
        0.85,
        CONV,
        (20, 4, 24, 8, 10, 1, 0, 33),
        {"chat-web": (7, 18), "chat-app": (3, 9)},
    ),
    Project(
        "code-assist", 24, OFFICE, 0.18, CODE, (46, 22, 6, 4, 2, 20, 0, 0), {"editor": (8, 22), "review-bot": (2, 0)}
    ),
    Project(
        "search", 16, CUSTOMERS, 0.8, CONV, (4, 6, 10, 30, 44, 0, 6, 0), {"search-api": (9, 0), "search-eval": (1, 3)}
    ),
    Project(
        "doc-summaries",
        10,
        OFFICE,
        0.2,
        CONV,
        (24, 20, 10, 10, 14, 4, 18, 0),
        {"summaries": (8, 14), "backfill": (2, 0)},
    ),
    Project(
        "data-extract", 9, NIGHT, 0.9, CODE, (2, 4, 20, 40, 30, 0, 4, 0), {"nightly": (9, 0), "extract-dev": (1, 4)}
    ),
    Project("translation", 7, OFFICE, 0.3, CONV, (8, 12, 10, 20, 12, 0, 38, 0), {"translate": (1, 11)}),
    Project("sales-drafts", 5, OFFICE, 0.08, CONV, (30, 40, 6, 14, 4, 6, 0, 0), {"crm": (1, 12)}),
    Project("playground", 3, OFFICE, 0.35, CONV, (16, 22, 6, 8, 10, 30, 6, 2), {"sandbox": (6, 16), "interns": (4, 5)}),
)
KEYS = tuple(key for project in PROJECTS for key in project.keys)


@dataclass(frozen=True)
class Incident:
    """While it lasts, `share` of what it touches ends in `status`; callers come back `extra` times (in 60,000 rows)."""

    where: str
    start: str
    end: str
    status: int
    share: float
    extra: int
    project: str


INCIDENTS = (
    Incident("mistral-large-3", "2026-09-09 10:05", "2026-09-09 10:31", 500, 0.7, 70, "translation"),
    Incident("chat-app", "2026-10-02 19:40", "2026-10-02 20:15", 401, 0.95, 80, "support-chat"),
    Incident("gemini-3.8-flash", "2026-10-20 14:10", "2026-10-20 14:52", 503, 0.85, 110, "search"),
    Incident("nightly", "2026-10-28 02:20", "2026-10-28 03:35", 429, 0.75, 90, "data-extract"),
)
START = "2026-07-31 00:00"
END = "2026-10-30 16:42"


@dataclass(frozen=True)
class Fleet:
    """Quarters of small GPUs that run `acme-support-8b`: how many by quarters of the day, and US dollars a GPU hour."""

    region: str
    slices: tuple[int, int, int, int]
    more: tuple[int, int, int, int]
    """Since `MORE`, when customers had become too many."""
    price: float


FLEETS = (Fleet("eu-south", (1, 1, 2, 1), (1, 2, 2, 2), 0.42), Fleet("eu-west", (0, 1, 1, 0), (0, 1, 1, 1), 0.36))
MORE = "2026-09-28 00:00"
QUARTERS = (0, 6, 12, 18)


def main() -> None:
    """Read the command line and write the requests, and beside the shipped ones the machines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    beside = Path(__file__).resolve().parent / "data" / "requests.parquet"
    parser.add_argument("out", nargs="?", type=Path)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--rows", type=int, default=ROWS)
    arguments = parser.parse_args()
    write(generate(arguments.days, arguments.rows), arguments.out or beside)
    if arguments.out is None:
        write_machines(beside.with_name("machines.csv"))


def generate(days: int = DAYS, rows: int = ROWS) -> Columns:
    """Columns of the newest `days` days, in the order of time; `rows` without what incidents add."""
    rng = np.random.default_rng(SEED)
    stop = instant(END)
    start = max(instant(START), stop - days * 24 * HOUR)
    incidents = [incident for incident in INCIDENTS if instant(incident.start) >= start]
    calls = ordinary_calls(rng, start, stop, rows)
    for incident in incidents:
        calls = joined(calls, returning_calls(rng, incident, round(incident.extra * (rows / days) / (ROWS / DAYS))))
    calls = {name: values[np.argsort(calls["time"], kind="stable")] for name, values in calls.items()}
    return finished(rng, calls, incidents)


def instant(text: str) -> float:
    """Seconds since the epoch of a wall time in Rome."""
    return datetime.fromisoformat(text).replace(tzinfo=ROME).timestamp()


def ordinary_calls(rng: np.random.Generator, start: float, stop: float, rows: int) -> Columns:
    """When each call comes, and from which project, model, key and user."""
    hours = np.arange(start // HOUR, stop // HOUR + 1) * HOUR
    cells = pick(rng, rows, rhythm(hours).ravel())
    time = hours[cells // len(PROJECTS)] + HOUR * rng.random(rows)
    time = start + (time - start) % (stop - start)  # the first and the last hour are not whole
    project = cells % len(PROJECTS)
    return {"time": time, **callers(rng, project)}


def rhythm(hours: Array) -> Array:
    """The weight of every hour and project: local hour, weekday, and growth by half over the period."""
    local = [datetime.fromtimestamp(hour, ROME) for hour in hours.tolist()]
    growth = np.linspace(1, 1.5, len(hours))
    weights = np.empty((len(hours), len(PROJECTS)))
    for number, project in enumerate(PROJECTS):
        day = [project.day[at.hour] * (project.weekend if at.weekday() > 4 else 1) for at in local]
        weights[:, number] = growth * day * project.weight / sum(project.day)
    return weights


def callers(rng: np.random.Generator, project: Array) -> Columns:
    """Model, key and user of calls from the given projects; -1 is no user."""
    model, key, user = (np.full(len(project), -1) for _ in range(3))
    first_user = 0
    for number, one in enumerate(PROJECTS):
        mine = np.flatnonzero(project == number)
        model[mine] = pick(rng, len(mine), np.array(one.models))
        key[mine] = KEYS.index(next(iter(one.keys))) + pick(rng, len(mine), np.array([w for w, _ in one.keys.values()]))
        for name, (_, users) in one.keys.items():
            theirs = np.flatnonzero(key == KEYS.index(name))
            if users:
                user[theirs] = first_user + (users * rng.random(len(theirs)) ** 2).astype(int)
            first_user += users
    return {"project": project, "model": model, "key": key, "user": user}


def returning_calls(rng: np.random.Generator, incident: Incident, count: int) -> Columns:
    """What an incident adds: `count` calls of one project that touch what fails."""
    start, end = instant(incident.start), instant(incident.end)
    number = next(n for n, project in enumerate(PROJECTS) if project.name == incident.project)
    calls = callers(rng, np.full(60 * count, number))
    hit = np.flatnonzero(touched(calls, incident))[:count]
    return {
        "time": start + (end - start) * rng.random(len(hit)),
        **{name: values[hit] for name, values in calls.items()},
    }


def touched(calls: Columns, incident: Incident) -> Array:
    """Which calls go to the model, or come with the key, that an incident names."""
    if incident.where in KEYS:
        return np.asarray(calls["key"] == KEYS.index(incident.where))
    return np.asarray(calls["model"] == [model.name for model in MODELS].index(incident.where))


def joined(calls: Columns, more: Columns) -> Columns:
    return {name: np.concatenate([values, more[name]]) for name, values in calls.items()}


def finished(rng: np.random.Generator, calls: Columns, incidents: list[Incident]) -> Columns:
    """How each call went. A call that fails has no answer, and one that is turned away is not read."""
    count = len(calls["time"])
    read, written = sizes(rng, calls["project"])
    first, whole = timings(rng, calls["model"], read, written)
    status = outcomes(rng, calls, incidents)
    late = (status == 200) & (whole >= TIMEOUT_MS)
    status[late] = -1
    failed, rejected = status != 200, (status >= 400) & (status < 500)
    quick = 18 + 90 * rng.random(count)
    slow = 900 + 19_000 * rng.random(count) ** 3
    taken = np.select([late, rejected, failed], [TIMEOUT_MS + quick, quick, slow], whole)
    return {
        **calls,
        "status": status,
        "retries": retries(rng, status),
        "input_tokens": np.where(rejected, 0, read),
        "output_tokens": np.where(failed, 0, written),
        "latency_ms": np.rint(taken).astype(int),
        "ttft_ms": np.where(failed, -1, np.rint(first)).astype(int),
        "region": pick(rng, count, np.array(list(REGIONS.values()))),
    }


def sizes(rng: np.random.Generator, project: Array) -> tuple[Array, Array]:
    """Input and output tokens, from the trace that is like the project."""
    drawn = rng.random((2, len(project)))
    code = np.array([one.tokens is CODE for one in PROJECTS])[project]
    read = np.where(code, np.interp(drawn[0], QUANTILES, CODE_INPUT), np.interp(drawn[0], QUANTILES, CONV_INPUT))
    written = np.where(code, np.interp(drawn[1], QUANTILES, CODE_OUTPUT), np.interp(drawn[1], QUANTILES, CONV_OUTPUT))
    return np.rint(read).astype(int), np.rint(written).astype(int)


def timings(rng: np.random.Generator, model: Array, read: Array, written: Array) -> tuple[Array, Array]:
    """Milliseconds to the first token and in all: both log-normal, and one call in 250 is stuck for long."""
    wait = np.array([one.first_token_ms for one in MODELS])[model]
    speed = np.array([one.tokens_per_second for one in MODELS])[model]
    first = wait * (1 + read / 9000) * np.exp(0.42 * normal(rng, len(model)))
    writing = 1000 * written / speed * np.exp(0.3 * normal(rng, len(model)))
    stuck = np.where(rng.random(len(model)) < 0.004, 4 + 16 * rng.random(len(model)), 1)
    return first, (first + writing) * stuck


def outcomes(rng: np.random.Generator, calls: Columns, incidents: list[Incident]) -> Array:
    """The status of each call: a few of each failure always, most of them during incidents."""
    failing = np.array([one.failing for one in MODELS])[calls["model"]]
    drawn, which = rng.random((2, len(calls["time"])))
    usual = np.array([400, 401, 429, 500, 503])[np.searchsorted([0.22, 0.28, 0.62, 0.86], which)]
    status = np.where(drawn < failing, usual, 200)
    for incident in incidents:
        during = (calls["time"] >= instant(incident.start)) & (calls["time"] < instant(incident.end))
        hit = during & touched(calls, incident) & (rng.random(len(status)) < incident.share)
        status[hit] = incident.status
    return status


def retries(rng: np.random.Generator, status: Array) -> Array:
    """The gateway tries again up to twice where that may help; one answer in 70 took a second attempt."""
    again = (3 * rng.random(len(status))).astype(int)
    once = (rng.random(len(status)) < 1 / 70).astype(int)
    return np.where(np.isin(status, [429, 500, 503]), again, np.where(status == 200, once, 0))


def normal(rng: np.random.Generator, count: int) -> Array:
    """Normal deviates from uniform ones, which numpy keeps the same from release to release."""
    radius, angle = rng.random((2, count))
    return np.asarray(np.sqrt(-2 * np.log1p(-radius)) * np.cos(2 * np.pi * angle))


def pick(rng: np.random.Generator, count: int, weights: Array) -> Array:
    """Indexes into `weights`, drawn by weight."""
    edges = np.cumsum(weights)
    return np.asarray(np.searchsorted(edges, rng.random(count) * edges[-1], side="right"))


def write(columns: Columns, path: Path) -> None:
    """Write the rows in the order of time, with names for numbers; the file's ending says its format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("calls", {**columns, "ms": np.rint(columns["time"] * 1000).astype(np.int64)})
        options = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20000"
        query = NAMED if path.suffix == ".parquet" else f"SELECT * EXCLUDE (ttft_ms, region) FROM ({NAMED})"
        format = options if path.suffix == ".parquet" else "FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%gZ'"
        names = {"models": [model.name for model in MODELS], "projects": [one.name for one in PROJECTS]}
        names |= {"keys": list(KEYS), "regions": list(REGIONS), "people": people()}
        connection.execute(f"COPY ({query}) TO $path ({format})", {**names, "path": str(path)})


def write_machines(path: Path) -> None:
    """A line of the bill for each region and quarter of a day: GPU hours from its beginning on, and what they cost."""
    first, last = (datetime.fromisoformat(text) for text in (START, END))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    starts = [at for day in days for hour in QUARTERS if (at := day.replace(hour=hour)) < last]
    lines = ["start,region,model,gpu_hours,usd"]
    for at, following in pairwise(start.replace(tzinfo=ROME) for start in (*starts, last)):
        elapsed = (following.timestamp() - at.timestamp()) / HOUR
        for fleet in FLEETS:
            slices = fleet.more if at.timestamp() >= instant(MORE) else fleet.slices
            hours = slices[at.hour // 6] * elapsed / 4
            if hours:
                lines.append(f"{at.isoformat()},{fleet.region},acme-support-8b,{hours:g},{hours * fleet.price:.3f}")
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def people() -> list[str]:
    """A short name for every user of every key."""
    count = sum(users for project in PROJECTS for _, users in project.keys.values())
    names = NAMES.split()
    return [f"{names[7 * n % len(names)]}.{'abcdfglmr'[n // len(names)]}" for n in range(count)]


NAMED = """
SELECT
    make_timestamp_ms(ms) AS ts,
    ($models::VARCHAR[])[model + 1] AS model,
    ($projects::VARCHAR[])[project + 1] AS project,
    ($keys::VARCHAR[])[key + 1] AS api_key,
    CASE WHEN "user" >= 0 THEN ($people::VARCHAR[])["user" + 1] END AS user_id,
    nullif(status, -1)::SMALLINT AS status,
    retries::TINYINT AS retries,
    input_tokens::INTEGER AS input_tokens,
    output_tokens::INTEGER AS output_tokens,
    latency_ms::INTEGER AS latency_ms,
    nullif(ttft_ms, -1)::INTEGER AS ttft_ms,
    ($regions::VARCHAR[])[region + 1] AS region
FROM calls ORDER BY ms, input_tokens, output_tokens, latency_ms
"""


if __name__ == "__main__":
    main()
