"""Where bearer tokens come from. No secret appears in any `repr`, error or log line."""

from __future__ import annotations

import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

import anyio
import anyio.to_thread

from pygen_runtime.errors import UsageError


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


class TokenProvider:
    """Tokens from a function of yours, which keeps and renews them.

    Args:
        provide: Called before every request. If it is not a coroutine function it runs in a worker thread, so that a token
            library that blocks does not hold up the event loop.
        refused: Called with a token that the server refused, so that a cache can drop it.
    """

    def __init__(
        self, provide: Callable[[], str | Awaitable[str]], *, refused: Callable[[str], None] | None = None
    ) -> None:
        self._provide, self._refused = provide, refused

    async def token(self) -> str:
        """What the function gives.

        Raises:
            UsageError: It gave something that cannot be a token.
        """
        given: object
        if inspect.iscoroutinefunction(self._provide):
            given = await self._provide()
        else:
            (given,) = await anyio.to_thread.run_sync(self._call, abandon_on_cancel=True)
            if inspect.isawaitable(given):  # a plain function, or an object, that wraps a coroutine function
                given = await given
        return checked_token(given)

    def invalidate(self, token: str) -> None:
        """Pass the news on."""
        if self._refused is not None:
            self._refused(token)

    def __repr__(self) -> str:
        return "TokenProvider(***)"

    def _call(self) -> tuple[object]:
        return (self._provide(),)  # in a tuple, because trio refuses coroutines that come out of a thread


class Renewed:
    """A token kept until shortly before it expires, renewed by one caller at a time.

    Args:
        renew: Gives a new token and the seconds it is good for.
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
        self._token, self._until = "", 0.0

    async def token(self) -> str:
        """The kept token, or a new one; others that ask meanwhile wait for the same."""
        if not self._is_good():
            async with self._lock:
                if not self._is_good():
                    asked = self._now()
                    token, lifetime = await self._renew()
                    self._token = checked_token(token)
                    # A token that lives shorter than twice the leeway would never count as good.
                    self._until = asked + max(lifetime - self._leeway, lifetime / 2)
        return self._token

    def invalidate(self, token: str) -> None:
        """Forget this token, unless it has been replaced already."""
        if token == self._token:
            self._token = ""

    def _is_good(self) -> bool:
        return bool(self._token) and self._now() < self._until


def checked_token(token: object) -> str:
    """A token as given, if it can stand in a header; the message of the error never shows it.

    Raises:
        UsageError: It is no text, empty, or holds spaces, line ends or other characters that no token has.
    """
    if not isinstance(token, str):
        raise UsageError(f"a token must be a str, not {type(token).__name__}")
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError("the token is empty or holds characters that no token has, such as a space or a line end")
    return token
