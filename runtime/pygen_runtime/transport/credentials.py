"""Where bearer tokens come from. No secret appears in any `repr`, error or log line."""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

import anyio
import anyio.to_thread

from pygen_runtime.errors import NotReachedError, UsageError

_RENEW_AGAIN = 5.0  # seconds after which a renewal that failed ahead of the expiry is tried again


class Credentials(Protocol):
    """Gives bearer tokens; asked before every request, so it keeps what it has while that is good."""

    async def token(self) -> str:
        """A token that is good now."""
        ...

    def invalidate(self, token: str) -> None:
        """The server refused this token; do not give it again if another can be had."""
        ...


class StaticToken:
    """A token that somebody else renews.

    Args:
        token: The bearer token, without the word `Bearer`.

    Raises:
        UsageError: The token cannot stand in an HTTP header.
    """

    def __init__(self, token: str) -> None:
        self._token = checked_token(token)

    async def token(self) -> str:
        """The token."""
        return self._token

    def invalidate(self, token: str) -> None:
        """Nothing can be done: there is only this one."""

    def __repr__(self) -> str:
        return "StaticToken(***)"


class Token(NamedTuple):
    """A token and how long it is good; what a provider may give, so that it is not asked before every request.

    Attributes:
        value: The bearer token, without the word `Bearer`.
        lifetime: Seconds from now on that it is good for.
    """

    value: str
    lifetime: float


class TokenProvider:
    """Tokens from a function of yours.

    Args:
        provide: Gives a `str`, and is asked before every request; or a `Token`, and is asked again shortly before that expires.
            If it is not a coroutine function it runs in a worker thread, so that a token library that blocks does not hold up
            the event loop. It is never asked twice at the same time: who asks meanwhile gets the same answer.
        refused: Called with a token that the server refused, so that a cache can drop it.
        leeway: Seconds before the expiry of a `Token` from which on a new one is asked for.
        now: Seconds on a monotonic clock.
    """

    def __init__(
        self,
        provide: Callable[[], str | Token | Awaitable[str | Token]],
        *,
        refused: Callable[[str], None] | None = None,
        leeway: float = 30.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._provide, self._refused = provide, refused
        self._kept = Renewed(self._ask, leeway=leeway, now=now)

    async def token(self) -> str:
        """What the function gives.

        Raises:
            UsageError: It gave something that cannot be a token.
            Exception: What it raised.
        """
        return await self._kept.token()

    def invalidate(self, token: str) -> None:
        """Ask again next time, and pass the news on."""
        self._kept.invalidate(token)
        if self._refused is not None:
            self._refused(token)

    def __repr__(self) -> str:
        return "TokenProvider(***)"

    async def _ask(self) -> tuple[str, float]:
        given: object
        if inspect.iscoroutinefunction(self._provide):
            given = await self._provide()
        else:
            (given,) = await anyio.to_thread.run_sync(self._call, abandon_on_cancel=True)
            if inspect.isawaitable(given):  # a plain function, or an object, that wraps a coroutine function
                given = await given
        return given if isinstance(given, Token) else (checked_token(given), 0.0)

    def _call(self) -> tuple[object]:
        return (self._provide(),)  # in a tuple, because trio refuses coroutines that come out of a thread


class Renewed:
    """A token kept until shortly before it expires, and renewed by one caller at a time.

    While it is renewed ahead of its expiry, the others go on with the one there is; if that fails because nobody could be
    reached, so does everybody, and it is tried again in a moment. Who waits for a renewal shares its outcome, good or bad.

    Args:
        renew: Gives a new token and the seconds it is good for; with 0 it is good for those who wait for it.
        leeway: Seconds before the expiry from which on a new one is fetched.
        now: Seconds on a monotonic clock: a jump of the wall clock must not make a token look good.
    """

    def __init__(
        self,
        renew: Callable[[], Awaitable[tuple[str, float]]],
        *,
        leeway: float = 30.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._renew, self._leeway, self._now = renew, leeway, now
        self._lock = anyio.Lock()
        self._token, self._rounds = "", 0
        self._error: Exception | None = None
        self._stale, self._expires = -math.inf, -math.inf

    async def token(self) -> str:
        """The kept token, or a new one; others that ask meanwhile wait for the same."""
        if self._is_good(self._stale) or (self._is_good(self._expires) and self._lock.locked()):
            return self._token
        rounds = self._rounds
        async with self._lock:
            refused_meanwhile = not self._token and self._error is None
            if self._rounds == rounds or refused_meanwhile:
                await self._renew_once()
            if self._error is not None:
                raise self._error
            return self._token

    def invalidate(self, token: str) -> None:
        """Forget this token, unless it has been replaced already."""
        if token == self._token:
            self._token = ""

    async def _renew_once(self) -> None:
        asked = self._now()
        try:
            token, lifetime = await self._renew()
            self._token, self._expires = checked_token(token), asked + lifetime
            # A token that lives shorter than twice the leeway would never count as good.
            self._stale = asked + max(lifetime - self._leeway, lifetime / 2)
            self._error = None
        except Exception as error:  # noqa: BLE001  # raised by `token`, to all who waited
            still_good = isinstance(error, NotReachedError) and self._is_good(self._expires)
            self._error = None if still_good else error
            self._stale = self._now() + _RENEW_AGAIN if still_good else -math.inf
        self._rounds += 1

    def _is_good(self, until: float) -> bool:
        return bool(self._token) and self._now() < until


def checked_token(token: object) -> str:
    """A token as given, if it can stand in a header; the message of the error never shows it.

    Raises:
        UsageError: It is no text, empty, or holds spaces, line ends or other characters that no token has.
    """
    if not isinstance(token, str):
        raise UsageError(f"a token must be a str, not {type(token).__name__}")
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(
            "the token is empty or holds characters that no token has, such as a space or a line end: see where it comes from"
        )
    return token
