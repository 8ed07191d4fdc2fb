"""A project and its credentials, from environment variables named as the Cognite tools name them, or from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
        base_url: As given, or made of the cluster.
        project: The project.
        credentials: A token if there is one, otherwise client credentials.
    """

    base_url: str
    project: str
    credentials: Credentials


NAMES = {
    "base_url": "CDF_URL",
    "cluster": "CDF_CLUSTER",
    "project": "CDF_PROJECT",
    "token": "CDF_TOKEN",
    "client_id": "IDP_CLIENT_ID",
    "client_secret": "IDP_CLIENT_SECRET",
    "token_url": "IDP_TOKEN_URL",
    "tenant_id": "IDP_TENANT_ID",
    "scopes": "IDP_SCOPES",
    "audience": "IDP_AUDIENCE",
}
"""What can be given, and the variable for it."""

_IDENTITY = ("client_id", "client_secret", "token_url", "tenant_id", "scopes", "audience")


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody said about project and credentials.

    Attributes:
        values: By the keys of `NAMES`; none is empty.
        names: What he calls each of them.
        extra: Further form fields that the identity provider wants.
    """

    values: Mapping[str, str] = field(repr=False)
    names: Mapping[str, str]
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)

    def missing(self) -> list[str]:
        """What must be given besides."""
        names = self.names
        missing = [] if {"base_url", "cluster"} & set(self.values) else [f"{names['base_url']} (or {names['cluster']})"]
        missing += [] if "project" in self.values else [names["project"]]
        return missing + self._missing_credentials()

    def environment(self, ssl_context: ssl.SSLContext | None, transport: AsyncTransport | None) -> Environment:
        """What it means, if nothing is missing.

        Raises:
            UsageError: A value cannot work.
        """
        base_url = self.values.get("base_url") or f"https://{self.values['cluster']}.cognitedata.com"
        credentials: Credentials
        if "token" in self.values:
            credentials = StaticToken(self.values["token"])
        else:
            credentials = self._client_credentials(base_url.rstrip("/"), ssl_context, transport)
        return Environment(base_url, self.values["project"], credentials)

    def _missing_credentials(self) -> list[str]:
        values, names = self.values, self.names
        if "token" in values:
            return []
        identity = f"{names['token_url']} or {names['tenant_id']}"
        if not any(name in values for name in _IDENTITY):
            return [f"{names['token']} (or {names['client_id']}, {names['client_secret']} and {identity})"]
        missing = [names[name] for name in ("client_id", "client_secret") if name not in values]
        if "token_url" not in values and "tenant_id" not in values:
            missing.append(f"{names['token_url']} (or {names['tenant_id']})")
        return missing

    def _client_credentials(
        self, base_url: str, ssl_context: ssl.SSLContext | None, transport: AsyncTransport | None
    ) -> ClientCredentials:
        """With a tenant and nothing else, what Entra ID needs is known."""
        values, tenant = self.values, self.values.get("tenant_id")
        scopes = values.get("scopes", f"{base_url}/.default" if tenant else "")
        return ClientCredentials(
            token_url=values.get("token_url") or f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
            client_id=values["client_id"],
            client_secret=values["client_secret"],
            scopes=scopes.replace(",", " ").split(),
            audience=values.get("audience"),
            extra=self.extra,
            ssl_context=ssl_context,
            transport=transport,
        )


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
    found = {key: environ.get(name, "").strip() for key, name in NAMES.items()}
    given = Given({key: value for key, value in found.items() if value}, NAMES)
    if missing := given.missing():
        raise UsageError(f"set these environment variables: {', '.join(missing)}")
    return given.environment(ssl_context, transport)
