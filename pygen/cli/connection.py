"""Which server, and with which credentials: options on the command line, and behind each an environment variable."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pygen_runtime.errors import UsageError

if TYPE_CHECKING:
    from pygen_runtime.client import AsyncPygenClient

VARIABLES = {
    "base_url": "CDF_URL",
    "project": "CDF_PROJECT",
    "token": "CDF_TOKEN",
    "client_id": "IDP_CLIENT_ID",
    "client_secret": "IDP_CLIENT_SECRET",
    "token_url": "IDP_TOKEN_URL",
    "scopes": "IDP_SCOPES",
    "audience": "IDP_AUDIENCE",
}
"""Option → environment variable."""

ATTEMPTS = 4
"""How often a request is tried: somebody waits for the answer, so about two seconds of retries must do."""


def client_for(typed: Mapping[str, str], environ: Mapping[str, str]) -> AsyncPygenClient:
    """A client, not open yet. What was typed counts before what the environment says.

    So does a client (`--client-id` and the like) that was typed before a token of the environment.

    Args:
        typed: Option, a key of `VARIABLES`, to the value given on the command line.
        environ: The environment variables.

    Raises:
        UsageError: Something is missing or contradicts something else; no message shows a secret.
    """
    variables = {VARIABLES[option]: value for option, value in typed.items()}
    as_client = [option for option in typed if VARIABLES[option].startswith("IDP_")]
    if as_client and "token" in typed:
        raise UsageError(f"--token and {flag(as_client[0])} contradict each other: give a token or client credentials")
    kept = {name: value for name, value in environ.items() if not (as_client and name == "CDF_TOKEN")}

    # httpx imports a command line of its own where rich is installed, which takes longer than all the rest of it
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # how Python spells "not to be imported"
    from pygen_runtime.client import AsyncPygenClient  # noqa: PLC0415 - `pygen --help` can do without
    from pygen_runtime.transport import ClientSettings, RetryPolicy, read_environment  # noqa: PLC0415 - likewise

    try:
        where = read_environment({**kept, **variables})
    except UsageError as error:
        raise UsageError(f"{error}; or give the options that stand for them (pygen generate --help)") from error
    try:
        return AsyncPygenClient(
            base_url=where.base_url,
            project=where.project,
            credentials=where.credentials,
            settings=ClientSettings(retry=RetryPolicy(attempts=ATTEMPTS, busy_attempts=ATTEMPTS)),
        )
    except UsageError as error:
        raise UsageError(_as_typed(str(error))) from error


def _as_typed(message: str) -> str:
    """A message that begins with the name of a setting, beginning with the option for it instead."""
    for option, variable in VARIABLES.items():
        if message.startswith(option):
            return f"{flag(option)} (or {variable}){message.removeprefix(option)}"
    return message


def flag(option: str) -> str:
    """An option as it is typed."""
    return f"--{option.replace('_', '-')}"
