"""The fields of generated SDKs: each property has one, under the name that conditions and objects use, of the class of its type."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest

from pygen_codegen.ir import IRModel
from pygen_codegen.python.names import settle
from pygen_runtime import sdk
from pygen_runtime.schema.filters import Nested
from tests.codegen.python_models import COLLISIONS, EVERYTHING
from tests.codegen.python_tools import generate

ImportSdk = Callable[[str, Mapping[str, str]], ModuleType]

CLASSES = {
    "textValue": sdk.TextField,
    "booleanValue": sdk.BooleanField,
    "int32Value": sdk.IntegerField,
    "int64Required": sdk.IntegerField,
    "float32Value": sdk.FloatField,
    "timestampValue": sdk.TimestampField,
    "dateRequired": sdk.DateField,
    "jsonValue": sdk.JsonField,
    "jsonList": sdk.JsonField,
    "fileValue": sdk.KeyField,
    "textList": sdk.ListField,
    "stateList": sdk.ListField,
    "others": sdk.ListField,
    "state": sdk.EnumField,
    "other": sdk.DirectField,
    "outside": sdk.DirectField,
}


@pytest.mark.parametrize("golden", [EVERYTHING, COLLISIONS], ids=lambda each: each.id.external_id)
def test_every_property_has_a_field_of_its_own(golden: IRModel, import_sdk: ImportSdk) -> None:
    package = f"fields_of_{golden.id.external_id.lower()}"
    import_sdk(package, generate(golden, package))
    fields, api = importlib.import_module(f"{package}.fields"), importlib.import_module(f"{package}.api")
    for cls in settle(golden).classes:
        of_class = getattr(fields, cls.fields_class)
        assert issubclass(of_class, sdk.NodeFields if cls.kind == "node" else sdk.EdgeFields)
        assert getattr(api, cls.api).fields is getattr(api, cls.sync_api).fields is of_class
        attributes = {**cls.fields, **cls.relations}
        for prop in cls.view.properties:
            field: Any = getattr(of_class, attributes[prop.source])
            assert field.reference == (cls.view.id.space, cls.view.id.key, prop.source)
            assert field.name == attributes[prop.source]
            assert field.exists().json == {"exists": {"property": list(field.reference)}}


def test_a_field_is_of_the_class_of_its_type(import_sdk: ImportSdk) -> None:
    import_sdk("fields_by_type", generate(EVERYTHING, "fields_by_type"))
    fields = importlib.import_module("fields_by_type.fields")
    t = fields.EverythingFields()
    names = next(cls for cls in settle(EVERYTHING).classes if cls.name == "Everything")
    attributes = {**names.fields, **names.relations}
    assert {source: type(getattr(t, attributes[source])) for source in CLASSES} == CLASSES
    condition = t.other.where(lambda o: o.state == "running")
    assert condition == Nested(t.other.reference, fields.OtherFields.state == "running")
    assert t.outside.where(lambda o: o.space == "here").json["nested"]["filter"].json["equals"]["property"] == [
        "node",
        "space",
    ]
