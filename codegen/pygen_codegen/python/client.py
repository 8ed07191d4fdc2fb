"""`client.py` of an SDK: two clients, to be awaited and not, with an API per view."""

from __future__ import annotations

from collections.abc import Sequence

from pygen_codegen.emitting.models import about_models, model_ids, spoken
from pygen_codegen.ir.types import IRModel
from pygen_codegen.python import build as b
from pygen_codegen.python.imports import Imports
from pygen_codegen.python.module import identifier, module
from pygen_codegen.python.names import Names

Apis = Sequence[tuple[str, str]]
"""Attribute of the client, and class of the API there."""

_INSIDE = 2 * b.STEP
_INIT = b.attribute(b.call(b.name("super")), "__init__")


def client(model: IRModel, names: Names) -> str:
    """The module of the client."""
    imports = Imports()
    apis = [(each.client, each.api) for each in names.classes]
    sync_apis = [(each.client, each.sync_api) for each in names.classes]
    definitions = [
        _client(model, names.client, ("AsyncModelClient", "AsyncPygenClient"), apis, imports),
        _client(model, names.sync_client, ("ModelClient", "PygenClient"), sync_apis, imports),
    ]
    return module(model, f"The clients of {spoken(model)}.", imports, definitions)


def _client(model: IRModel, name: str, runtime: tuple[str, str], apis: Apis, imports: Imports) -> b.Stmt:
    """One client; `runtime` names its base class and the client underneath."""
    base, below = runtime
    models = [identifier(each, imports) for each in model_ids(model)]
    body = [
        [b.docstring(about_models(model), indent=b.STEP)],
        [b.assign("MODELS", b.tuple_(models, b.STEP + len("MODELS = ")))],
        [_init(below, apis, imports)],
    ]
    return b.class_(name, imports.sdk(base), body)


def _init(below: str, apis: Apis, imports: Imports) -> b.Stmt:
    given = b.name("client")
    module_ = imports.use(".", "api")
    attributes = [
        b.assign(f"self.{attribute}", b.call(b.attribute(module_, api), given), indent=_INSIDE)
        for attribute, api in apis
    ]
    parameters = [b.Parameter("self"), b.Parameter("client", imports.sdk(below))]
    return b.function("__init__", parameters, b.NONE, [b.expression(b.call(_INIT, given), indent=_INSIDE), *attributes])
