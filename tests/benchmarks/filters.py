"""The Production dashboard with all six filters: a cold build beside the Altair script, which filters nothing, and what
the page ships for them: its size, the values kept, and the cells beside their estimates.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from dashgen import compiler, execute
from dashgen.cells import cells, dictionary
from dashgen.cube import Cube, CubeSpec
from dashgen.shipments import MEGABYTE, Cargo, shipments
from tests.benchmarks.cold_build import PRODUCTION, forgotten
from tests.benchmarks.data import project, requests
from tests.benchmarks.measure import in_turns, table

FILTERS = "filters: [time_range, model, project, api_key, user, status_code]\n"
FILTERED = "dashgen build, six filters"
UNFILTERED = "dashgen build, no filters"
_BUDGET = {1_000_000: 2, 10_000_000: 4}
"""MB: ten million rows do not fit the usual two, whatever is folded of their users."""


def main(rows: int = 1_000_000) -> None:
    with TemporaryDirectory() as name:
        folder = project(Path(name), rows, {"production": f"{PRODUCTION}{FILTERS}budget: {_BUDGET.get(rows, 2)}\n"})
        bare = project(Path(name) / "bare", rows, {"production": PRODUCTION})
        script = Path(__file__).with_name("altair_script.py")
        build = [sys.executable, "-m", "dashgen", "build"]
        commands = {
            FILTERED: build,
            UNFILTERED: [*build, str(bare)],
            "Altair script": [sys.executable, str(script), str(requests(rows)), str(folder / "altair.html")],
        }
        print(f"Production with filters, {rows:,} rows")

        def forget(name: str) -> None:
            forgotten(folder, FILTERED)(name)
            forgotten(bare, UNFILTERED)(name)

        print(table(in_turns(commands, folder, times=5, before=forget), "Altair script"))
        _print_cubes(folder)


def _print_cubes(folder: Path) -> None:
    with compiler.answered(compiler.validate(folder)) as (found, _):
        assert found is not None
        began = perf_counter()
        [cargo] = shipments(found).values()
        print(f"\nits cubes planned, fetched and fitted, in a warm process: {perf_counter() - began:.2f} s")
        kept = [
            f"{len(one.values):,} of {len(one.values) + one.folded:,} {name}s" for name, one in cargo.folded.items()
        ]
        budget = cargo.shipment.live.asked.dashboard.budget * MEGABYTE
        print(f"{cargo.size:,} bytes compressed of {budget:,.0f}; kept: {', '.join(kept) or 'everything'}")
        if cargo.estimate is not None:
            print(f"estimated from a part of the cubes: {cargo.estimate:,}")
        _print_estimates(cargo, execute.fetch(cargo.shipment.live.cubes, found.sources))


def _print_estimates(cargo: Cargo, fetched: Mapping[CubeSpec, Cube]) -> None:
    print(f"\n{'cube':<56} {'cells':>10} {'estimated':>10} {'shipped':>10} {'entries':>10}")
    for spec, cube in fetched.items():
        whole = cells(cube, {name: dictionary([cube], name) for name in spec.dimensions})
        shipped, estimate = cargo.shipment.cells[spec], cargo.shipment.live.estimates[spec]
        what = ", ".join([*spec.dimensions, *([spec.histogram] if spec.histogram else [])])
        entries = f"{len(shipped):,}" if spec.histogram else ""
        print(f"{what:<56} {len(whole.begins):>10,} {estimate:>10,} {len(shipped.begins):>10,} {entries:>10}")
