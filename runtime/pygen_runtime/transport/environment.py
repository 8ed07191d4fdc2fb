"""A project and its credentials from environment variables, named as the Cognite tools name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pygen_runtime.errors import UsageError
from pygen_runtime.transport.credentials import Credentials, StaticToken
from pygen_runtime.transport.oauth import ClientCredentials

if TYPE_CHECKING:
    import ssl

    from pygen_runtime.transport.http import AsyncTransport


@dataclass(frozen=True, slots=True)
class Environment:
    """Where to go, and as whom.

    Attributes:
        base_url: From `CDF_URL`, or made of `CDF_CLUSTER`.
        project: From `CDF_PROJECT`.
        credentials: `CDF_TOKEN` if it is set, otherwise client credentials of the `IDP_…` variables.
    """

    base_url: str
    project: str
    credentials: Credentials


def read_environment(
    environ: Mapping[str, str],
    *,
    ssl_context: ssl.SSLContext | None = None,
    transport: AsyncTransport | None = None,
) -> Environment:
    """Read the variables; empty ones count as missing.

    Args:
        environ: The variables.
        ssl_context: Trust for the token endpoint.
        transport: Sends token requests.

    Raises:
        UsageError: Variables are missing; the message names exactly these.
    """
    given = {name: value.strip() for name, value in environ.items() if value.strip()}
    base_url = given.get("CDF_URL") or (
        f"https://{given['CDF_CLUSTER']}.cognitedata.com" if "CDF_CLUSTER" in given else ""
    )
    missing = [] if base_url else ["CDF_URL (or CDF_CLUSTER)"]
    missing += [] if "CDF_PROJECT" in given else ["CDF_PROJECT"]
    missing += _missing_credentials(given)
    if missing:
        raise UsageError(f"set these environment variables: {', '.join(missing)}")
    credentials: Credentials
    if "CDF_TOKEN" in given:
        credentials = StaticToken(given["CDF_TOKEN"])
    else:
        credentials = _client_credentials(given, base_url.rstrip("/"), ssl_context, transport)
    return Environment(base_url, given["CDF_PROJECT"], credentials)


def _missing_credentials(given: Mapping[str, str]) -> list[str]:
    if "CDF_TOKEN" in given:
        return []
    if not any(name.startswith("IDP_") for name in given):
        return ["CDF_TOKEN (or IDP_CLIENT_ID, IDP_CLIENT_SECRET and IDP_TOKEN_URL or IDP_TENANT_ID)"]
    missing = [name for name in ("IDP_CLIENT_ID", "IDP_CLIENT_SECRET") if name not in given]
    if "IDP_TOKEN_URL" not in given and "IDP_TENANT_ID" not in given:
        missing.append("IDP_TOKEN_URL (or IDP_TENANT_ID)")
    return missing


def _client_credentials(
    given: Mapping[str, str], base_url: str, ssl_context: ssl.SSLContext | None, transport: AsyncTransport | None
) -> ClientCredentials:
    """With a tenant and nothing else, what Entra ID needs is known."""
    tenant = given.get("IDP_TENANT_ID")
    scopes = given.get("IDP_SCOPES", f"{base_url}/.default" if tenant else "")
    return ClientCredentials(
        token_url=given.get("IDP_TOKEN_URL") or f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        client_id=given["IDP_CLIENT_ID"],
        client_secret=given["IDP_CLIENT_SECRET"],
        scopes=scopes.replace(",", " ").split(),
        audience=given.get("IDP_AUDIENCE"),
        ssl_context=ssl_context,
        transport=transport,
    )
