"""What a target kind is: somewhere a bundle goes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from dashgen.diagnostics import WorkError

if TYPE_CHECKING:
    from dashgen.manifest import Bundle


class DeliveryError(WorkError):
    """The bundle could not be put where it should go; the message says why in one sentence. Nothing was changed."""


class Target(Protocol):
    """A kind of target: one file here, one line in the table of kinds, or an entry point of `dashgen.targets`."""

    name: ClassVar[str]

    def push(self, bundle: Bundle, options: Mapping[str, Any], root: Path) -> None:
        """Put the bundle where `options` (of `targets:` in the project whose folder is `root`) say.

        All or nothing. Raises DeliveryError.
        """
        ...
