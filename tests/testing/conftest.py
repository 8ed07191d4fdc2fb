"""The fixtures of the plugin, also where the installed metadata is older than its entry point."""

from __future__ import annotations

from pygen.testing.plugin import cdf_server, cdf_server_session

__all__ = ["cdf_server", "cdf_server_session"]
