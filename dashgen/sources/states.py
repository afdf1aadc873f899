"""Names of what a source is now: its definition and its data."""

from __future__ import annotations

from dataclasses import replace

from dashgen import program
from dashgen.digest import digest
from dashgen.model import Source
from dashgen.sources import kind
from dashgen.sources.base import Surroundings


def state(source: Source, around: Surroundings) -> str | None:
    """A name of all that answers depend on; None where nothing tells whether the data are still the same."""
    try:
        data = kind(source.type).state(source, around.project.root)
    except OSError:
        return None
    if data is None:
        return None
    fields = {name: replace(field, title="") for name, field in around.fields.items()}
    bare = replace(source, description=None)
    return digest(program.fingerprint(), bare, data, fields, around.prices, around.project.timezone)
