"""Files and their formats, told by their names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

FORMATS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".duckdb": "database",
    ".db": "database",
}


@dataclass(frozen=True, slots=True)
class File:
    """`written` is the path as the project's patterns give it; what lies above says nothing about the data."""

    written: str
    path: str

    @property
    def format(self) -> str | None:
        name = PurePath(self.path.lower())
        return FORMATS.get(PurePath(name.stem).suffix if name.suffix in (".gz", ".zst") else name.suffix)

    @property
    def partitions(self) -> tuple[str, ...]:
        """Keys of folders such as `region=eu`."""
        return tuple(keys(PurePath(self.written)))


def keys(path: PurePath) -> list[str]:
    return [part.partition("=")[0] for part in path.parts[:-1] if "=" in part]


def inside(folder: Path) -> str:
    """A pattern, from the folder on, of the files in it that can be read; of any if there is none."""
    for pattern in ("*", "**/*"):
        for file in sorted(folder.glob(pattern)):
            if file.is_file() and File("", file.name).format:
                return (
                    f"{pattern}{''.join(file.suffixes[-2:] if file.suffix in ('.gz', '.zst') else file.suffixes[-1:])}"
                )
    return "*.parquet"


def nearby(path: Path) -> list[str]:
    """Files that could have been meant."""
    folder = path.parent
    while not folder.is_dir():
        folder = folder.parent
    return sorted(file.name for file in folder.iterdir() if File("", file.name).format)
