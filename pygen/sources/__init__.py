"""Where data models come from: files and servers; and how one is put on a server again."""

from pygen.sources.deploy import deploy
from pygen.sources.deployment import Deployment, deployment
from pygen.sources.files import load_file
from pygen.sources.remote import load_from_server

__all__ = ["Deployment", "deploy", "deployment", "load_file", "load_from_server"]
