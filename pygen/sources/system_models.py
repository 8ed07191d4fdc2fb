"""The system model that every CDF project has, for models in files that refer to it (contract §9)."""

from __future__ import annotations

from collections.abc import Iterable

from pygen.sources.definitions import Definitions, read_definitions
from pygen.system_model.core import core_model
from pygen_runtime.schema import SourceId

_SPACES = ("cdf_cdm", "cdf_cdm_3d")


def system_model(missing: Iterable[SourceId]) -> Definitions:
    """Views and containers of the core model, if any of them is missing; else nothing.

    They are the local server's definition: complete in what they are, without descriptions.

    Args:
        missing: Views and containers that something refers to, and nothing defines.
    """
    if not any(each.space in _SPACES for each in missing):
        return Definitions()
    core = core_model()
    return read_definitions({"containers": core.containers, "views": core.views})
