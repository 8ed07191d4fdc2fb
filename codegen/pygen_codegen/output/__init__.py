"""The files on disk: plan first, then write, and never touch what is not ours."""

from pygen_codegen.output.manifest import MANIFEST, Manifest
from pygen_codegen.output.planning import Plan, plan, read_manifest

__all__ = ["MANIFEST", "Manifest", "Plan", "plan", "read_manifest"]
