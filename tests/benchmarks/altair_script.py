"""The Production dashboard as a careful user would script it: DuckDB and Altair, exact quantiles, one inline page.

altair_script.py REQUESTS.parquet OUT.html
"""

from __future__ import annotations

import sys
from typing import Any

import altair as alt
import duckdb


def main(source: str, out: str) -> None:
    connection = duckdb.connect()
    table = f"read_parquet('{source}')"

    def ask(query: str) -> list[dict[str, Any]]:
        cursor = connection.execute(query.replace("REQUESTS", table))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]

    cards = alt.hconcat(
        _card("Request rate /min", ask("SELECT sum(1 + retries) / (30 * 1440.0) AS v FROM REQUESTS"), ".1f"),
        _card(
            "Error rate",
            ask("SELECT sum(retries + (status >= 400)::INT) / sum(1 + retries) AS v FROM REQUESTS"),
            ".2%",
        ),
        _card("P95 latency, ms", ask("SELECT quantile_disc(latency_ms, 0.95)::DOUBLE AS v FROM REQUESTS"), ",.0f"),
        _card("P99 latency, ms", ask("SELECT quantile_disc(latency_ms, 0.99)::DOUBLE AS v FROM REQUESTS"), ",.0f"),
    )
    cost = ask("SELECT date_trunc('day', ts) AS day, sum(cost_usd) AS cost FROM REQUESTS GROUP BY 1 ORDER BY 1")
    trend = _chart(cost, "Cost trend", 720).mark_line().encode(x="day:T", y="cost:Q", tooltip=["day:T", "cost:Q"])
    tokens = ask("SELECT model, sum(input_tokens + output_tokens)::BIGINT AS tokens FROM REQUESTS GROUP BY 1")
    pie = _chart(tokens, "Tokens by model", 260).mark_arc().encode(theta="tokens:Q", color="model:N")
    errors = ask(
        "SELECT ts, model, project, status, latency_ms FROM REQUESTS WHERE status >= 400 ORDER BY ts DESC LIMIT 50"
    )
    page = alt.vconcat(cards, alt.hconcat(trend, pie), _table(errors), title="Production monitoring")
    with open(out, "w", encoding="utf-8") as file:
        file.write(page.resolve_scale(color="independent").to_html(inline=True))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _card(title: str, rows: list[dict[str, Any]], style: str) -> alt.Chart:
    text = alt.Text("v:Q", format=style)
    return alt.Chart(alt.Data(values=rows), title=title).mark_text(size=32).encode(text=text)


def _chart(rows: list[dict[str, Any]], title: str, width: int) -> alt.Chart:
    return alt.Chart(alt.Data(values=rows), title=title).properties(width=width, height=220)


def _table(rows: list[dict[str, Any]]) -> alt.Chart:
    cells = [{"row": n, "column": k, "text": str(v)} for n, row in enumerate(rows) for k, v in row.items()]
    axis = alt.Axis(orient="top", labelAngle=0)
    return (
        alt.Chart(alt.Data(values=cells), title="Recent errors")
        .mark_text(align="left", size=10)
        .encode(x=alt.X("column:N", axis=axis), y=alt.Y("row:O", axis=None), text="text:N")
        .properties(width=950, height=14 * len(rows))
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
