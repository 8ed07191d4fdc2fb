"""`api.ts` of an SDK: what can be asked of each view. All of it stands in the runtime."""

from __future__ import annotations

from pygen_codegen.emitting.models import spoken
from pygen_codegen.typescript import build as b
from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.context import Context
from pygen_codegen.typescript.names import ClassNames


def api(context: Context) -> t.Module:
    """The module of the APIs."""
    imports = b.Imports()
    definitions = [_api(each, imports, context.settings.runtime) for each in context.names.classes.values()]
    return context.module(imports, definitions, f"What can be asked of each view of {spoken(context.model)}.")


def _api(cls: ClassNames, imports: b.Imports, runtime: str) -> t.Class:
    interfaces = [imports.type("./types.js", each) for each in (cls.name, cls.write) if each is not None]
    base = imports.value(runtime, "ReadApi" if cls.write is None else "WriteApi")
    scope = b.param("scope", imports.type(runtime, "Scope"))
    view = b.name(imports.value("./views.js", cls.constant))
    body = b.block(t.Do(b.call("super", view, b.name("scope"))))
    return t.Class(
        cls.api,
        (t.Constructor((scope,), body),),
        extends=b.named(base, *interfaces),
        exported=True,
        doc=b.doc(f"{cls.name}, as `client.{cls.client}`."),
    )
