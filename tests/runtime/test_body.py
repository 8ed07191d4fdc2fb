"""Whether a body arrived whole."""

from __future__ import annotations

import gzip
import importlib
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen_runtime.transport import body as body_module
from pygen_runtime.transport.body import BodyError, check_json, unpack
from pygen_runtime.transport.wire import FaultKind, WireRequest

PACKED = {"content-encoding": "gzip"}


@pytest.fixture(params=["zlib", "isal.isal_zlib"], autouse=True, scope="module")
def packs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Everything here holds with either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body_module, "_zlib", importlib.import_module(request.param))
        yield


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4), st.integers(0, 5))
def test_all_members_are_unpacked_padding_or_not(parts: list[bytes], padding: int) -> None:
    raw = b"".join(gzip.compress(part) for part in parts) + b"\0" * padding
    assert unpack(raw, PACKED) == b"".join(parts)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_no_cut_gzip_stream_passes(body: bytes, data: st.DataObject) -> None:
    raw = gzip.compress(body)
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(BodyError) as caught:
        unpack(raw[:cut], PACKED)
    assert caught.value.kind is FaultKind.CUT


def test_garbage_after_the_first_member_does_not_pass() -> None:
    with pytest.raises(BodyError, match=r"damaged|ends early"):
        unpack(gzip.compress(b"{}") + b"junk", PACKED)


@pytest.mark.parametrize("place", [-8, -4, -1])
def test_a_wrong_checksum_or_length_does_not_pass(place: int) -> None:
    raw = bytearray(gzip.compress(b'{"items":[]}'))
    raw[place] ^= 0x55
    with pytest.raises(BodyError) as caught:
        unpack(bytes(raw), PACKED)
    assert caught.value.kind is FaultKind.CUT


@pytest.mark.parametrize(("length", "whole"), [("2", True), ("3", False), ("1", False), ("x", True), ("", True)])
def test_the_announced_length_must_be_kept(length: str, *, whole: bool) -> None:
    if whole:
        assert unpack(b"{}", {"content-length": length}) == b"{}"
    else:
        with pytest.raises(BodyError, match=f"2 of {length} bytes arrived"):
            unpack(b"{}", {"content-length": length})


def test_the_length_is_that_of_the_packed_body() -> None:
    raw = gzip.compress(b"{}" * 50)
    assert unpack(raw, {**PACKED, "content-length": str(len(raw))}) == b"{}" * 50


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(BodyError, match="more than 1000 bytes") as caught:
        unpack(gzip.compress(b"a" * 1_000_000), PACKED, largest=1000)
    assert caught.value.kind is FaultKind.UNREADABLE
    with pytest.raises(BodyError, match="more than 1000 bytes"):
        unpack(gzip.compress(b"a" * 600) * 2, PACKED, largest=1000)
    with pytest.raises(BodyError, match="too many parts"):
        unpack(gzip.compress(b"") * 2000, PACKED)
    assert unpack(gzip.compress(b"a" * 1000), PACKED, largest=1000) == b"a" * 1000


def test_a_packing_that_was_not_asked_for_is_refused() -> None:
    with pytest.raises(BodyError, match="'br'"):
        unpack(b"", {"content-encoding": "br"})


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/x+json", ""])
def test_json_by_any_name_passes(kind: str) -> None:
    check_json({"content-type": kind})


def test_html_does_not_pass_for_json() -> None:
    with pytest.raises(BodyError, match="'text/html' instead of JSON"):
        check_json({"content-type": "Text/HTML; charset=utf-8"})


def test_request_bodies_of_a_kibibyte_and_more_are_packed() -> None:
    small, large = b"x" * 1023, b"x" * 1024
    assert WireRequest.of("POST", "/p", (), small) == WireRequest("POST", "/p", (), small, gzipped=False)
    packed = WireRequest.of("POST", "/p", (), large)
    assert packed.gzipped
    assert zlib.decompress(packed.body, wbits=31) == large
    assert packed == WireRequest.of("POST", "/p", (), large)
    assert WireRequest.of("GET", "/p", (), None).body == b""
