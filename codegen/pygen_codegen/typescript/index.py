"""`index.ts` of an SDK: all of it in one place."""

from __future__ import annotations

from pygen_codegen.emitting.models import about_models
from pygen_codegen.typescript import build as b
from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.context import Context

MODULES = ("api", "client", "types", "views")


def index(context: Context) -> t.Module:
    """The module that exports the others; no two of them have a name in common."""
    module = context.module(b.Imports(), [], about_models(context.model))
    return t.Module((tuple(t.ExportAll(f"./{name}.js") for name in MODULES),), module.header)
