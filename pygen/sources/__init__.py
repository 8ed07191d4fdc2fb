"""Where data models come from: files and servers; and how one is put on a server again."""

from pygen.sources.deploy import deploy
from pygen.sources.deployment import Deployment, deployment
from pygen.sources.files import load_file
from pygen.sources.loading import load_path
from pygen.sources.remote import load_from_server, load_related
from pygen.sources.schema_source import SchemaSource

__all__ = [
    "Deployment",
    "SchemaSource",
    "deploy",
    "deployment",
    "load_file",
    "load_from_server",
    "load_path",
    "load_related",
]
