"""What a preview shows at one moment: the last good files, and what is wrong now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dashgen.diagnostics import Diagnostic, has_errors
from dashgen.preview.fingerprints import INDEX, Fingerprint
from dashgen.report.ages import since

_ENTRY = b'<li class="widget" data-entry>'


@dataclass(frozen=True, slots=True)
class Summary:
    """How a view came about. `changed` says by page what is different in it; `phases` are in seconds."""

    causes: Sequence[str] = ()
    changed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    phases: Mapping[str, float] = field(default_factory=dict)
    dashboards: int = 0
    rows: int = 0
    queries: int = 0
    reused: int = 0
    """Dashboards that came from the cache."""
    since: float | None = None
    """When the oldest of them was made, if that was by another process; in seconds since the epoch."""

    @property
    def told_age(self) -> str:
        """What came from the cache, and how old it is, in words; nothing where all is of this process."""
        if self.since is None:
            return ""
        return f"{self.reused} of {self.dashboards} dashboards unchanged since {since(self.since)}"

    @property
    def seconds(self) -> float:
        return sum(self.phases.values())


@dataclass(frozen=True, slots=True)
class View:
    """`trouble` is a problem that has no place in a file. Pages in `kept` are those of an earlier state."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    pages: Mapping[str, Fingerprint] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    trouble: str = ""
    kept: frozenset[str] = frozenset()
    summary: Summary = field(default_factory=Summary)

    @property
    def is_fine(self) -> bool:
        return not self.trouble and not has_errors(self.diagnostics)

    @property
    def ids(self) -> list[str]:
        """Of its dashboards."""
        return [page.partition("/")[0] for page in self.pages if page != INDEX]


def merged(before: View, made: Mapping[str, bytes] | None, kept: Iterable[str]) -> dict[str, bytes]:
    """The files that were made, and of dashboards that could not be made those from before."""
    kept = frozenset(kept)
    old = {path: content for path, content in before.files.items() if path.partition("/")[0] in kept}
    if made is None and kept == frozenset(before.ids):
        return dict(before.files)
    if not old:
        return dict(made or {})
    assets = {path: content for path, content in before.files.items() if path.startswith("assets/")}
    files = {**assets, **old, **(made or {})}
    index = _index(before.files.get(INDEX, b""), (made or {}).get(INDEX, b""), files)
    return {**files, INDEX: index}


def _index(before: bytes, made: bytes, files: Mapping[str, bytes]) -> bytes:
    """The entries of both, the newer of each; those that there are no pages of left out."""
    old, new = _entries(before), _entries(made)
    entries = {name: entry for name, entry in {**old, **new}.items() if f"{name}/index.html" in files}
    around = made or before
    head, foot = around.partition(_ENTRY)[0], around.rpartition(b"</li>")[2]
    listed = b"".join(_ENTRY + entry + b"</li>\n" for entry in entries.values())
    return head + listed.rstrip(b"\n") + foot


def _entries(index: bytes) -> dict[str, bytes]:
    """What stands in each, by the dashboard that it leads to."""
    found = {}
    for entry in index.split(_ENTRY)[1:]:
        name = entry.partition(b'href="')[2].partition(b"/index.html")[0]
        found[name.decode()] = entry.rpartition(b"</li>")[0]
    return found
