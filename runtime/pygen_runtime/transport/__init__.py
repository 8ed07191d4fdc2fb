"""HTTP, and everything that can go wrong with it. Nothing here knows of views or pages; importing it loads no HTTP library."""

from pygen_runtime.transport.clock import Clock
from pygen_runtime.transport.config_file import read_config
from pygen_runtime.transport.counters import Counters
from pygen_runtime.transport.credentials import Credentials, StaticToken, Token, TokenProvider
from pygen_runtime.transport.environment import Environment, read_environment
from pygen_runtime.transport.events import Attempt, AttemptEnded, AttemptStarted, Event, Hook, RetryScheduled
from pygen_runtime.transport.limits import Limits, Operation
from pygen_runtime.transport.oauth import ClientCredentials
from pygen_runtime.transport.retry import RetryPolicy
from pygen_runtime.transport.settings import ClientSettings
from pygen_runtime.transport.transport import Transport
from pygen_runtime.transport.wire import ANSWERED, ON_WIRE

__all__ = [
    "ANSWERED",
    "ON_WIRE",
    "Attempt",
    "AttemptEnded",
    "AttemptStarted",
    "ClientCredentials",
    "ClientSettings",
    "Clock",
    "Counters",
    "Credentials",
    "Environment",
    "Event",
    "Hook",
    "Limits",
    "Operation",
    "RetryPolicy",
    "RetryScheduled",
    "StaticToken",
    "Token",
    "TokenProvider",
    "Transport",
    "read_config",
    "read_environment",
]
