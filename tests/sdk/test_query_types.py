"""pyright knows what queries give, and refuses the same lines as mypy, which reads `typed_queries.py` with all our code."""

from __future__ import annotations

from pathlib import Path

from tests.sdk.planted import planted, refused

TYPED = Path(__file__).parent / "typed_queries.py"


def test_pyright_refuses_what_mypy_refuses(tmp_path: Path) -> None:
    found = refused(TYPED, tmp_path)
    assert len(planted(TYPED)) > 20
    assert found.keys() == planted(TYPED), found
