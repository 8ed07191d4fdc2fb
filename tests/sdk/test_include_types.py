"""pyright knows what `include` and relations give, and sees every wrong use. (mypy reads `typed_include.py` with all our code.)"""

from __future__ import annotations

from pathlib import Path

from tests.sdk.planted import planted, refused

TYPED = Path(__file__).parent / "typed_include.py"


def test_pyright_knows_what_is_included(tmp_path: Path) -> None:
    found = refused(TYPED, tmp_path)
    assert found.keys() == planted(TYPED), found
