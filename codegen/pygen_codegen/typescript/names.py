"""All names of a TypeScript SDK, settled before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pygen_codegen.emitting.allocation import Allocator
from pygen_codegen.emitting.names import ClassNames as SharedNames
from pygen_codegen.emitting.names import Key
from pygen_codegen.ir import Finding
from pygen_codegen.ir.types import IREnum, IRModel
from pygen_codegen.naming import TYPESCRIPT_NAMING, NamingConfig, camel, pascal
from pygen_codegen.typescript.reserved import RESERVED

_API, _VIEW, _WRITE = "the API of", "the description of", "what writes"


@dataclass(frozen=True, kw_only=True)
class ClassNames(SharedNames):
    """The names of the interface of a view's objects and of what goes with it.

    Attributes:
        constant: The constant that describes the view.
        write: The interface of what writes such objects; None if nothing does.
    """

    constant: str
    write: str | None


@dataclass(frozen=True, kw_only=True)
class EnumNames:
    """An enum and the name of its type."""

    enum: IREnum
    name: str


@dataclass(frozen=True, kw_only=True)
class Names:
    """All names of an SDK.

    Attributes:
        client: The client's class.
        classes: View and kind → names, in the order of the model.
        enums: Enum → names, in the order of the model.
        interfaces: View and kind → interface.
        constants: Interface → the constant that describes its view.
        findings: Names that are not what they would like to be.
    """

    client: str
    classes: Mapping[Key, ClassNames]
    enums: Mapping[str, EnumNames]
    interfaces: Mapping[Key, str]
    constants: Mapping[str, str]
    findings: tuple[Finding, ...]


def settle(model: IRModel, *, client: str | None = None, naming: NamingConfig = TYPESCRIPT_NAMING) -> Names:
    """Give everything in the SDK of a model its name.

    Args:
        model: The data model, with the methods of its classes.
        client: What the client is called instead of the model's name and `Client`.
        naming: How each kind of name is spelled.
    """
    allocator = Allocator(model, naming, RESERVED)
    client = allocator.scope.claim("the client", client or f"{pascal(model.id.external_id)}Client")
    allocator.claim_classes()
    enums = allocator.claim_enums()
    beside = allocator.claim_beside(
        {_WRITE: "{}Write".format, _API: "{}Api".format, _VIEW: lambda name: f"{camel(name)}View"}
    )
    classes = _classes(model, allocator, beside)
    return Names(
        client=client,
        classes=classes,
        enums={id_: EnumNames(enum=model.enums[id_], name=name) for id_, name in enums.items()},
        interfaces=allocator.classes,
        constants={each.name: each.constant for each in classes.values()},
        findings=allocator.finish(),
    )


def _classes(model: IRModel, allocator: Allocator, beside: Mapping[str, str]) -> dict[Key, ClassNames]:
    views = {view.id: view for view in model.classes}
    on_client = allocator.client_attributes()
    classes: dict[Key, ClassNames] = {}
    for (id_, kind), name in allocator.classes.items():
        view = views[id_]
        verbs = frozenset(method.verb for method in view.methods if method.instances == kind)
        classes[id_, kind] = ClassNames(
            view=view,
            kind=kind,
            name=name,
            api=beside[f"{_API} {name}"],
            constant=beside[f"{_VIEW} {name}"],
            write=beside[f"{_WRITE} {name}"] if "write" in verbs else None,
            client=on_client[name],
            verbs=verbs,
            **allocator.attributes(view, kind)._asdict(),
        )
    return classes
