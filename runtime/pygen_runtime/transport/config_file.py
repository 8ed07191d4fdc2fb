"""A project and its credentials from a TOML or YAML file. What it holds is shown in no error: it may be a secret."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygen_runtime.errors import MissingExtraError, UsageError
from pygen_runtime.transport.environment import NAMES, Environment, Given
from pygen_runtime.transport.text import plain

if TYPE_CHECKING:
    import ssl

    from pygen_runtime.transport.http import AsyncTransport

_LARGEST = 1024 * 1024
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def read_config(
    path: str | os.PathLike[str],
    section: str | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    ssl_context: ssl.SSLContext | None = None,
    transport: AsyncTransport | None = None,
) -> Environment:
    """Read a file with `base_url` (or `cluster`), `project`, and `token` or the fields of client credentials.

        [cognite]
        cluster = "westeurope-1"
        project = "plant"
        tenant_id = "..."          # or token_url
        client_id = "..."
        client_secret = "${IDP_CLIENT_SECRET}"

    Besides there may be `scopes` and `audience`, and `extra`, a table of further form fields.

    Args:
        path: The file; `.yaml` and `.yml` are YAML, everything else is TOML.
        section: The table in it, such as `cognite` or `tool.cognite`; None for the top.
        environ: Where `${NAME}` in a value is looked up; by default the environment of the process.
        ssl_context: Trust for the token endpoint.
        transport: Sends token requests.

    Raises:
        UsageError: The file cannot be read, or what it holds cannot work; the message names keys, never values.
        MissingExtraError: It is YAML, and no YAML parser is installed.
    """
    where = f"{plain(str(path))}, section {section}" if section else plain(str(path))
    try:
        return _given(Path(path), section, os.environ if environ is None else environ).environment(
            ssl_context, transport
        )
    except MissingExtraError:
        raise
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _given(path: Path, section: str | None, environ: Mapping[str, str]) -> Given:
    table = _section(_load(path), section)
    if unknown := sorted(plain(str(key)) for key in table if key not in {*NAMES, "extra"}):
        raise UsageError(f"unknown keys: {', '.join(unknown)}; there may be {', '.join([*NAMES, 'extra'])}")
    extra = table.get("extra", {})
    if not isinstance(extra, dict):
        raise UsageError("extra must be a table of form fields")
    values = {key: _text(key, table[key], environ) for key in NAMES if key in table}
    fields = {plain(str(key)): _text(f"extra.{plain(str(key))}", value, environ) for key, value in extra.items()}
    given = Given({key: value for key, value in values.items() if value}, {key: key for key in NAMES}, fields)
    if missing := given.missing():
        raise UsageError(f"set these keys: {', '.join(missing)}")
    return given


def _load(path: Path) -> Any:
    """What the file holds. The parsers' own errors quote it, so only the line is passed on."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1).decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"it cannot be read: {error.strerror or type(error).__name__}") from None
    except UnicodeDecodeError:
        raise UsageError("it is no UTF-8 text") from None
    if len(text) > _LARGEST:
        raise UsageError(f"it has more than {_LARGEST} characters")
    try:
        return _yaml(text) if path.suffix.lower() in (".yaml", ".yml") else _toml(text)
    except RecursionError:
        raise UsageError("it is nested too deeply") from None


def _toml(text: str) -> Any:
    import tomllib  # noqa: PLC0415  # few clients need it

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at [a-z0-9 ,]+\)$", str(error))
        raise UsageError(f"it is no valid TOML{place[0] if place else ''}") from None


def _yaml(text: str) -> Any:
    try:
        import yaml  # noqa: PLC0415  # not a dependency of the runtime
    except ImportError as error:
        raise MissingExtraError("reading YAML needs pyyaml: install it, or write the file as TOML") from error
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (at line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise UsageError(f"it is no valid YAML{place}") from None


def _section(found: Any, section: str | None) -> dict[Any, Any]:
    for name in section.split(".") if section else ():
        tables = (
            sorted(str(key) for key, value in found.items() if isinstance(value, dict))
            if isinstance(found, dict)
            else []
        )
        if name not in tables:
            there = plain(", ".join(tables)) or "none"
            raise UsageError(f"there is no table {name!r} at this place; there are: {there}")
        found = found[name]
    if not isinstance(found, dict):
        raise UsageError("it holds no table of keys and values")
    return found


def _text(key: str, value: object, environ: Mapping[str, str]) -> str:
    """A value with its references looked up; a list, which only `scopes` may be, is joined."""
    if key == "scopes" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = " ".join(value)
    if not isinstance(value, str):
        raise UsageError(f"{key} must be a text")
    missing = sorted({name for name in _REFERENCE.findall(value) if not environ.get(name)})
    if missing:
        raise UsageError(f"{key} refers to environment variables that are not set: {', '.join(missing)}")
    return _REFERENCE.sub(lambda found: environ[found[1]], value).strip()
