"""OAuth 2.0 client credentials, with any token URL (contract §1.2)."""

from __future__ import annotations

import base64
import math
import re
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from pygen_runtime.errors import AuthenticationError, NotReachedError, UsageError
from pygen_runtime.transport.credentials import Renewed
from pygen_runtime.transport.wire import Answer, Fault

if TYPE_CHECKING:
    import ssl

    from pygen_runtime.transport.http import AsyncTransport

_ERROR_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


class ClientCredentials:
    """Tokens for an application, fetched with its id and secret.

    Args:
        token_url: The token endpoint of the identity provider.
        client_id: The application.
        client_secret: Its secret.
        scopes: Scopes to ask for; Entra ID wants `https://<cluster>.cognitedata.com/.default`.
        audience: Some providers, such as Auth0, want one.
        extra: Further form fields that the provider wants.
        style: Where the id and the secret go: in the form, or in a `Basic` header.
        leeway: Seconds before expiry from which on a new token is fetched.
        ssl_context: Trust for the token endpoint; by default the usual one.
        transport: Sends the request instead of a transport made for it; stays open.
        now: Seconds on a monotonic clock.

    Raises:
        UsageError: An argument cannot work.
    """

    def __init__(
        self,
        *,
        token_url: str,
        client_id: str,
        client_secret: str,
        scopes: str | Sequence[str] = (),
        audience: str | None = None,
        extra: Mapping[str, str] | None = None,
        style: Literal["form", "basic"] = "form",
        leeway: float = 30.0,
        ssl_context: ssl.SSLContext | None = None,
        transport: AsyncTransport | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        url = urllib.parse.urlsplit(token_url)
        if url.scheme not in ("https", "http") or not url.hostname:
            raise UsageError("token_url must be an absolute URL such as https://login.example.com/oauth2/token")
        if not client_id or not client_secret:
            raise UsageError("client_id and client_secret must not be empty")
        self._url, self._host, self._path = token_url, url.hostname, url.path or "/"
        self._client_id, self._secret = client_id, client_secret
        self._fields = _form(scopes, audience, extra or {})
        self._style = style
        self._ssl_context, self._transport = ssl_context, transport
        self._kept = Renewed(self._fetch, leeway=leeway, now=now)

    async def token(self) -> str:
        """A token that is good for a while yet.

        Raises:
            AuthenticationError: The provider refused the credentials.
            NotReachedError: The provider could not be reached, or had trouble of its own.
        """
        return await self._kept.token()

    def invalidate(self, token: str) -> None:
        """Fetch a new token next time, unless that happened already."""
        self._kept.invalidate(token)

    def __repr__(self) -> str:
        return f"ClientCredentials(token_url={self._host!r}, client_id={self._client_id!r}, client_secret=***)"

    async def _fetch(self) -> tuple[str, float]:
        from pygen_runtime.transport.http import post_form  # noqa: PLC0415  # loads the HTTP library, on first use only

        form = {"grant_type": "client_credentials", **self._fields}
        headers = {}
        if self._style == "basic":
            headers["Authorization"] = _basic(self._client_id, self._secret)
        else:
            form |= {"client_id": self._client_id, "client_secret": self._secret}
        outcome = await post_form(self._url, form, headers, ssl_context=self._ssl_context, transport=self._transport)
        if isinstance(outcome, Fault):
            raise self._not_reached(outcome.reason)
        if outcome.status == 429 or outcome.status >= 500:
            raise self._not_reached(f"it answered {outcome.status}")
        return self._read(outcome)

    def _read(self, answer: Answer) -> tuple[str, float]:
        fields = _json_object(answer.body)
        if not answer.ok:
            code = fields.get("error")
            named = code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else "no OAuth error code"
            raise self._refused(answer, f"refused the client credentials: {named}")
        token, lifetime = fields.get("access_token"), _seconds(fields.get("expires_in"))
        if not isinstance(token, str) or lifetime is None:
            raise self._refused(answer, "answered without a usable access_token and expires_in")
        return token, lifetime

    def _refused(self, answer: Answer, what: str) -> AuthenticationError:
        return AuthenticationError(
            f"the token endpoint at {self._host} {what}; check token URL, client id, secret, scopes and audience",
            status=answer.status,
            method="POST",
            path=self._path,
        )

    def _not_reached(self, reason: str) -> NotReachedError:
        return NotReachedError(
            f"no token from the token endpoint at {self._host}: {reason}", method="POST", path=self._path
        )


def _form(scopes: str | Sequence[str], audience: str | None, extra: Mapping[str, str]) -> dict[str, str]:
    scope = scopes if isinstance(scopes, str) else " ".join(scopes)
    given = {"scope": scope, "audience": audience or ""}
    return {**{name: value for name, value in given.items() if value}, **extra}


def _basic(client_id: str, secret: str) -> str:
    pair = f"{urllib.parse.quote(client_id, safe='')}:{urllib.parse.quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(value: object) -> float | None:
    """`expires_in`: a number by the standard, a text with some providers."""
    try:
        seconds = float(value) if isinstance(value, (int, float, str)) else math.nan
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None
