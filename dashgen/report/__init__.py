"""The formats of diagnostics, by the name that `--format` takes."""

from __future__ import annotations

from collections.abc import Mapping

from dashgen.report import github, json, sarif, text
from dashgen.report.base import Report

FORMATS: Mapping[str, Report] = {"text": text, "json": json, "github": github, "sarif": sarif}
