from __future__ import annotations

import pytest

from pygen.cli.connection import VARIABLES, client_for
from pygen_runtime.errors import UsageError

SECRET = "s3cret-s3cret"
ENVIRON = {"CDF_URL": "https://env.example", "CDF_PROJECT": "env", "CDF_TOKEN": "token-of-env"}
CLIENT = {"client_id": "me", "client_secret": SECRET, "token_url": "https://idp.example/token"}


def test_the_environment_is_enough() -> None:
    client = client_for({}, ENVIRON)
    assert (client.base_url, client.project) == ("https://env.example", "env")


def test_what_is_typed_counts_first() -> None:
    client = client_for({"base_url": "http://127.0.0.1:1", "project": "typed"}, ENVIRON)
    assert (client.base_url, client.project) == ("http://127.0.0.1:1", "typed")


def test_options_are_enough() -> None:
    assert client_for({"base_url": "https://x.example", "project": "p", "token": "t"}, {}).project == "p"
    typed = {"base_url": "https://x.example", "project": "p", **CLIENT, "scopes": "a b", "audience": "c"}
    assert client_for(typed, {}).project == "p"


async def test_a_typed_client_counts_before_a_token_of_the_environment() -> None:
    environ = {**ENVIRON, "IDP_TOKEN_URL": "https://idp.example/token", "IDP_CLIENT_SECRET": SECRET}
    client = client_for({"client_id": "me"}, environ)
    assert "ClientCredentials" in repr(client._core.transport.__dict__)


def test_a_typed_token_counts_before_a_client_of_the_environment() -> None:
    environ = {**ENVIRON, **{VARIABLES[name]: value for name, value in CLIENT.items()}}
    assert "StaticToken" in repr(client_for({"token": "typed"}, environ)._core.transport.__dict__)


@pytest.mark.parametrize(
    ("typed", "environ", "message"),
    [
        ({}, {}, "CDF_URL .*CDF_PROJECT, CDF_TOKEN"),
        ({"base_url": "https://x.example", "project": "p"}, {}, "CDF_TOKEN"),
        ({"token": ""}, ENVIRON, "CDF_TOKEN"),
        ({"client_id": "me"}, ENVIRON, "IDP_CLIENT_SECRET"),
        ({"token": SECRET, "client_id": "me"}, ENVIRON, "--token and --client-id contradict"),
        ({"base_url": "ftp://x"}, ENVIRON, "absolute URL"),
        ({"token": f"{SECRET}\n{SECRET}"}, ENVIRON, "no token has"),
    ],
)
def test_what_is_missing_or_wrong_is_named_without_secrets(
    typed: dict[str, str], environ: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        client_for(typed, environ)
    assert SECRET not in str(caught.value)
