"""A second, slow opinion about every number: written from SEMANTICS.md, importing nothing of `dashgen`."""
