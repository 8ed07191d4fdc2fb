"""`client.ts` of an SDK: one client, with an API per view."""

from __future__ import annotations

from pygen_codegen.emitting.documents import about
from pygen_codegen.emitting.models import about_models, spoken
from pygen_codegen.typescript import build as b
from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.context import Context
from pygen_codegen.typescript.names import ClassNames


def client(context: Context) -> t.Module:
    """The module of the client."""
    imports = b.Imports()
    base = imports.value(context.settings.runtime, "ModelClient")
    fields = tuple(_field(each, imports) for each in context.names.classes.values())
    class_ = t.Class(
        context.names.client,
        fields,
        extends=b.named(base),
        exported=True,
        doc=b.doc(about_models(context.model)),
    )
    return context.module(imports, [class_], f"The client of {spoken(context.model)}.")


def _field(cls: ClassNames, imports: b.Imports) -> t.Field:
    view = cls.view
    text = about(view.id.external_id, view.name, view.description) or f"The view {view.id.external_id}."
    value = b.new(imports.value("./api.js", cls.api), b.name("this.scope"))
    return t.Field(cls.client, b.named(cls.api), value, readonly=True, doc=b.doc(text))
