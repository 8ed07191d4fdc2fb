"""A client from a file: its keys, its references to the environment, and errors that name places and never values."""

from __future__ import annotations

import asyncio
import sys
import urllib.parse
from pathlib import Path

import httpx
import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import MissingExtraError, UsageError
from pygen_runtime.transport import read_config
from tests.runtime.support import Api

SECRET = "very-secret"
ENVIRON = {"MY_SECRET": SECRET, "EMPTY": ""}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def message(path: Path, text: str, section: str | None = None) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_config(path, section, environ=ENVIRON)
    assert SECRET not in str(caught.value)
    assert str(caught.value).startswith(str(path))
    return str(caught.value).removeprefix(str(path))


def test_a_token_from_the_environment(file: Path) -> None:
    file.write_text('base_url = "http://x.test/"\nproject = "p"\ntoken = "${MY_SECRET}"\n')
    found = read_config(file, environ=ENVIRON)
    assert (found.base_url, found.project, asyncio.run(found.credentials.token())) == ("http://x.test/", "p", SECRET)
    assert SECRET not in repr(found)


TOML = """
[tool.cognite]
cluster = "westeurope-1"
project = "plant"
client_id = "app"
client_secret = "a${MY_SECRET}b"
token_url = "https://idp.test/t"
scopes = ["a", "b"]
audience = "aud"
extra = { resource = "r" }
"""
YAML = """
tool:
  cognite:
    cluster: westeurope-1
    project: plant
    client_id: app
    client_secret: a${MY_SECRET}b
    token_url: https://idp.test/t
    scopes: a b
    audience: aud
    extra: {resource: r}
"""


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "text"), [("c.toml", TOML), ("c.yaml", YAML), ("c.YML", YAML)])
async def test_client_credentials_from_a_section(tmp_path: Path, anyio_backend: str, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    api = Api(httpx.Response(200, json={"access_token": "t", "expires_in": 60}))
    found = read_config(path, "tool.cognite", environ=ENVIRON, transport=api)
    await found.credentials.token()
    assert found.base_url == "https://westeurope-1.cognitedata.com"
    assert dict(urllib.parse.parse_qsl(api.requests[0].content.decode())) == {
        "grant_type": "client_credentials",
        "client_id": "app",
        "client_secret": f"a{SECRET}b",
        "scope": "a b",
        "audience": "aud",
        "resource": "r",
    }


def test_a_client_from_a_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SECRET", SECRET)
    file.write_text('[c]\nbase_url = "http://x.test"\nproject = "p"\ntoken = "${MY_SECRET}"\n')
    assert repr(AsyncPygenClient.from_toml(file, "c")) == "AsyncPygenClient(base_url='http://x.test', project='p')"


@pytest.mark.parametrize(
    ("text", "section", "told"),
    [
        (
            "",
            None,
            ": set these keys: base_url (or cluster), project, token (or client_id, client_secret and token_url",
        ),
        ('cluster = "c"\nproject = ""\ntoken = "t"', None, ": set these keys: project"),
        ('cluster = "c"\nproject = "p"\nclient_id = "i"', None, "client_secret, token_url (or tenant_id)"),
        (
            'token = "${NOT_THERE}${EMPTY}"',
            None,
            ": token refers to environment variables that are not set: EMPTY, NOT",
        ),
        ('token = 3\ncluster = "c"', None, ": token must be a text"),
        ('scopes = ["a", 3]', None, ": scopes must be a text"),
        ('extra = "x"', None, ": extra must be a table"),
        ("extra = { a = 1 }", None, ": extra.a must be a text"),
        ('tokn = "x"', None, ": unknown keys: tokn; there may be base_url, cluster,"),
        (f"token = '{SECRET}", None, ": it is no valid TOML (at end of document)"),
        (f"a = 1\ntoken = {SECRET}", None, ": it is no valid TOML (at line 2, column 9)"),
        ("[a]\n[b]", "c", ", section c: there is no table 'c' at this place; there are: a, b"),
        ("a = 1", "c", ", section c: there is no table 'c' at this place; there are: none"),
        ("a = " + "[" * 100_000, None, ": it is nested too deeply"),
        ("#" * 2_000_000, None, ": it has more than 1048576 characters"),
        (f"cluster='c'\nproject='p'\ntoken='{SECRET}\u00e9'", None, ": the token is empty or holds characters"),
        ("cluster='c'\nproject='p'\nclient_id='i'\nclient_secret='s'\ntoken_url='x'", None, ": token_url must be an"),
    ],
)
def test_what_is_wrong_is_told_without_values(file: Path, text: str, section: str | None, told: str) -> None:
    assert told in message(file, text, section)


def test_what_is_wrong_in_yaml_is_told_without_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.yaml"
    assert message(path, f"token: [{SECRET}") == ": it is no valid YAML (at line 1, column 20)"
    assert message(path, f"- {SECRET}") == ": it holds no table of keys and values"
    assert message(path, f"- {SECRET}", "a").endswith("there are: none")
    assert message(path, "1: 2").startswith(": unknown keys: 1;")
    assert message(path, "a: 2026-99-99") == ": it is no valid YAML"
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(MissingExtraError, match="pyyaml"):
        read_config(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it cannot be read: No such file"):
        read_config(tmp_path / "none.toml")
    (tmp_path / "c.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="it is no UTF-8 text"):
        read_config(tmp_path / "c.toml")
