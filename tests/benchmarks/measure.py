"""Whole processes in turns, so that a machine that slows down slows all of them: wall time and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds on the clock and of all processes' work, and the MiB of the largest process."""

    wall: float
    work: float
    peak: float


def in_turns(
    commands: Mapping[str, Sequence[str]],
    folder: Path,
    times: int = 5,
    warm: int = 1,
    before: Callable[[str], None] = lambda name: None,
) -> dict[str, list[Run]]:
    """Each command `times` times, one after the other and round again; the first `warm` rounds do not count.

    `before` is called with a command's name, outside its time. Caches of the user lie in the folder.
    """
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(times + warm):
        for name, command in commands.items():
            before(name)
            run = _run(command, folder)
            if turn >= warm:
                found[name].append(run)
    return found


def _run(command: Sequence[str], folder: Path) -> Run:
    """In a process group of a small parent, whose children's peak memory the system accounts."""
    env = {**os.environ, "XDG_CACHE_HOME": str(user_cache(folder))}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    began = perf_counter()
    small = [sys.executable, "-S", "-c", _CHILD, *command]
    process = subprocess.Popen(small, cwd=folder, env=env, stdout=subprocess.PIPE)
    output, _ = process.communicate()
    wall = perf_counter() - began
    code, peak, work = output.split()[-3:]
    if int(code):
        raise RuntimeError(f"{' '.join(command)} ended with {int(code)}")
    return Run(wall, float(work), int(peak) / 1024)


_CHILD = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_maxrss, used.ru_utime + used.ru_stime)
"""


def table(runs: Mapping[str, list[Run]], against: str) -> str:
    """Medians, and the median of the ratios run by run to `against`."""
    lines = [f"{'':<34} {'wall s':>8} {'work s':>8} {'peak MiB':>9} {f'× {against}':>16}"]
    for name, found in runs.items():
        wall, work, peak = (median(values) for values in zip(*map(astuple, found), strict=True))
        lines.append(f"{name:<34} {wall:>8.3f} {work:>8.3f} {peak:>9.0f} {ratio(found, runs[against]):>16.2f}")
    return "\n".join(lines)


def ratio(one: Sequence[Run], other: Sequence[Run]) -> float:
    """The median of the ratios run by run: what slows the machine down slows both."""
    return median(a.wall / b.wall for a, b in zip(one, other, strict=True))


def user_cache(folder: Path) -> Path:
    """The user's cache folder, as the commands see it."""
    return folder / "cache"


def cache() -> Path:
    """Where generated data is kept between runs."""
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "dashgen-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def reason(output: str) -> str:
    """The line of a failed program's output that says most about why."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith("WARNING")]
    errors = [line for line in lines if "error" in line.lower()]
    return next(iter(errors or lines), "it says nothing")[:200]
