"""Generating from Python: SDKs as values, written into folders, imported in notebooks, packed into wheels."""

from pygen.generation.config import ProjectConfig, SdkConfig, find_config, read_config
from pygen.generation.plugins import find_hook, find_hooks
from pygen.generation.sdk import Sdk, generate_sdk, regenerate_sdk

__all__ = [
    "ProjectConfig",
    "Sdk",
    "SdkConfig",
    "find_config",
    "find_hook",
    "find_hooks",
    "generate_sdk",
    "read_config",
    "regenerate_sdk",
]
