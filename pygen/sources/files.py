"""One data model from a path, for whoever needs no more."""

from __future__ import annotations

from pathlib import Path

from pygen.sources.loading import load_path
from pygen_runtime.schema import DataModel


def load_file(path: Path) -> DataModel:
    """The one data model that a file or a folder holds, as the API would answer it.

    Args:
        path: Any of the formats of `load_path`.

    Returns:
        The data model in read form, with at least one view.

    Raises:
        SourceError: There is no such file, it holds something else or several data models, or refers to what is not there.
    """
    return load_path(path).read_form()
