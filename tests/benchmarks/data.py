"""A request log of any size, the same rows for the same size: every value is a hash of the row's number."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.benchmarks.measure import cache

_DRAW = "CREATE MACRO draw(i, salt) AS (hash(i * 64 + salt) >> 11)::DOUBLE / 9007199254740992.0"

_ROWS = """
COPY (
  WITH numbered AS (SELECT i, i / {rows}::DOUBLE AS part FROM range({rows}) t(i)),
  drawn AS (
    SELECT i,
      TIMESTAMP '2025-06-01' + to_microseconds((30 * 86400e6 * part)::BIGINT) AS ts,
      least(7, floor(8 * pow(draw(i, 1), 1.8)))::INT AS m,
      floor(500 * pow(draw(i, 2), 2.2))::INT AS u,
      draw(i, 3) AS fate, draw(i, 4) AS luck,
      sqrt(-2 * ln(greatest(draw(i, 5), 1e-12))) * cos(2 * pi() * draw(i, 6)) AS size,
      sqrt(-2 * ln(greatest(draw(i, 7), 1e-12))) * cos(2 * pi() * draw(i, 8)) AS pace
    FROM numbered),
  named AS (
    SELECT *, (hash(u * 4 + floor(3 * luck)::INT) % 40)::INT AS k,
      (CASE WHEN fate < 0.965 THEN 200 WHEN fate < 0.977 THEN 400 WHEN fate < 0.99 THEN 429
            WHEN fate < 0.996 THEN 500 ELSE 503 END)::SMALLINT AS status
    FROM drawn)
  SELECT ts, 'model-' || m AS model, 'project-' || (k % 12) AS project, 'key-' || k AS api_key,
    'user-' || u AS user_id, status,
    (CASE WHEN status >= 429 THEN 1 + floor(3 * luck)::INT WHEN luck > 0.98 THEN 1 ELSE 0 END)::TINYINT AS retries,
    least(200000, greatest(1, round(exp(6.5 + 1.1 * size))))::INT AS input_tokens,
    (CASE WHEN status = 200 THEN least(8192, greatest(1, round(exp(5.2 + 0.9 * pace)))) ELSE 0 END)::INT
      AS output_tokens,
    round(exp(6.5 + 1.1 * size) * (1 + m) / 1e6, 6) AS cost_usd,
    round(exp(5.4 + 0.2 * m + 0.7 * pace), 1)::FLOAT AS latency_ms
  FROM named ORDER BY i
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""


def requests(rows: int) -> Path:
    """The file with `rows` rows, made once."""
    path = cache() / f"requests-{rows}.parquet"
    if not path.exists():
        connection, partial = duckdb.connect(), path.with_suffix(".partial")
        connection.execute("SET threads = 2")
        connection.execute(_DRAW)
        connection.execute(_ROWS.format(rows=rows, path=partial))
        partial.rename(path)
    return path


FIELDS = "{time: ts, user: user_id, status_code: status, cost: cost_usd, latency: latency_ms}"

PROJECT = """\
version: 1
sources:
  gateway: {type: files, path: PATH, fields: FIELDS}
""".replace("FIELDS", FIELDS)


def project(folder: Path, rows: int, dashboards: dict[str, str]) -> Path:
    """A project over that file with these dashboards."""
    (folder / "dashboards").mkdir(parents=True, exist_ok=True)
    (folder / "dashgen.yaml").write_text(PROJECT.replace("PATH", str(requests(rows))))
    for name, text in dashboards.items():
        (folder / "dashboards" / f"{name}.yaml").write_text(text)
    return folder
