"""All names of a Python SDK, settled before anything is built.

Classes, enums and attributes are named as in every language (`emitting.allocation`). Here are what only Python has: twins without
`await`, conditions and their keywords, fields, Protocols, the members of enums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pygen_codegen.emitting.allocation import Allocator, Reserved
from pygen_codegen.emitting.names import ClassNames as SharedNames
from pygen_codegen.emitting.names import Key, Kind
from pygen_codegen.emitting.naming_findings import Named
from pygen_codegen.ir import Finding, ancestors
from pygen_codegen.ir.types import IRClass, IREnum, IRModel
from pygen_codegen.naming import PYTHON, PYTHON_NAMING, NamingConfig, Scope, Wish, pascal, ranked
from pygen_codegen.python.conditions import KEYWORDS, Marker, markers
from pygen_codegen.python.reserved import CLIENT, CONDITIONS, IMPORTED, MODULES, RESOURCE
from pygen_runtime.schema import ViewId

RESERVED = Reserved(
    package=PYTHON | IMPORTED | MODULES,
    client=PYTHON | CLIENT,
    objects=PYTHON | IMPORTED | RESOURCE,
)


@dataclass(frozen=True, kw_only=True)
class ClassNames(SharedNames):
    """The names of one generated class and of what goes with it. A view of nodes and edges can have two.

    Attributes:
        sync: The data class for clients that need no `await`.
        conditions: The TypedDict of its conditions.
        fields_class: The class of its fields, for typed conditions.
        sync_api: The class of its API without `await`.
        keywords: Property and marker → the keyword of the condition.
    """

    sync: str
    conditions: str
    fields_class: str
    sync_api: str
    keywords: Mapping[tuple[str, Marker], str]


@dataclass(frozen=True)
class EnumNames:
    """The names of an enum.

    Attributes:
        enum: The enum.
        name: Its class.
        members: Value → member.
    """

    enum: IREnum
    name: str
    members: Mapping[str, str]


@dataclass(frozen=True)
class Names:
    """All names of an SDK.

    Attributes:
        client: The client's class.
        sync_client: The class of the client that needs no `await`.
        classes: One for each data class, in the order of the model.
        enums: Enum → names, in the order of the model.
        data_classes: View and kind → data class.
        protocols: View and kind → the Protocol of its objects and those of the views that implement it, if any do.
        writes: View and kind → the class that writes it; those that cannot be written are missing.
        sync_classes: Data class → the one for clients that need no `await`.
        findings: Names that are not what they would like to be.
    """

    client: str
    sync_client: str
    classes: tuple[ClassNames, ...]
    enums: Mapping[str, EnumNames]
    data_classes: Mapping[Key, str]
    protocols: Mapping[Key, str]
    writes: Mapping[tuple[ViewId, Kind], str]
    sync_classes: Mapping[str, str]
    findings: tuple[Finding, ...]


def settle(model: IRModel, *, client: str | None = None, naming: NamingConfig = PYTHON_NAMING) -> Names:
    """Give everything in the SDK of a model its name.

    Args:
        model: The data model, with the methods of its classes.
        client: What the client is called instead of the model's name and `Client`; the asynchronous one has `Async` before it.
        naming: How each kind of name is spelled.
    """
    return _Namer(model, naming).names(client)


class _Namer:
    """Fills the scopes of one SDK, the widest first."""

    def __init__(self, model: IRModel, naming: NamingConfig) -> None:
        self._model = model
        self._naming = naming
        self._shared = Allocator(model, naming, RESERVED)

    def names(self, client: str | None) -> Names:
        """Settle everything."""
        sync_client, async_client = self._clients(client)
        self._shared.claim_classes()
        enums = {id_: self._enum(self._model.enums[id_], name) for id_, name in self._shared.claim_enums().items()}
        attributes = self._shared.client_attributes()
        beside = self._shared.claim_beside(_BESIDE)
        views = {view.id: view for view in self._model.classes}
        classes = tuple(
            self._class_names(views[view], kind, beside, attributes[name])
            for (view, kind), name in self._shared.classes.items()
        )
        protocols = self._protocols()
        return Names(
            client=async_client,
            sync_client=sync_client,
            classes=classes,
            enums=enums,
            data_classes=self._shared.classes,
            protocols=protocols,
            writes={
                (each.view.id, each.kind): beside[f"what writes {each.name}"]
                for each in classes
                if "write" in each.verbs
            },
            sync_classes={each.name: each.sync for each in classes},
            findings=self._shared.finish(),
        )

    def _clients(self, wish: str | None) -> tuple[str, str]:
        """The names of both clients, before any view can take them: first of the one that needs no `await`."""
        stem = wish.removeprefix("Async") if wish else f"{pascal(self._model.id.external_id)}Client"
        sync = self._shared.scope.claim("the client without await", stem or "Client")
        return sync, self._shared.scope.claim("the client", f"Async{sync}")

    def _enum(self, enum: IREnum, name: str) -> EnumNames:
        scope = Scope(PYTHON)
        style = self._naming.enum_value
        shared = scope.share(ranked({value.source: style.apply(value.source) for value in enum.values}))
        self._shared.findings.tell(
            scope, f"the enum {name}", {value.source: Named(f"the value {value.source}") for value in enum.values}
        )
        return EnumNames(enum=enum, name=name, members={value.source: shared[value.source] for value in enum.values})

    def _protocols(self) -> dict[Key, str]:
        """Names of the Protocols, of views that others of the same kind implement."""
        above = ancestors(self._model)
        implemented = {(parent, kind) for view, kind in self._shared.classes for parent in above[view]}
        named = {key: name for key, name in sorted(self._shared.classes.items()) if key in implemented}
        shared = self._shared.scope.share(
            Wish(f"the Protocol of {name}", f"{name}Like") for name in sorted(named.values())
        )
        return {key: shared[f"the Protocol of {name}"] for key, name in named.items()}

    def _class_names(self, view: IRClass, kind: Kind, beside: Mapping[str, str], attribute: str) -> ClassNames:
        name = self._shared.classes[view.id, kind]
        attributes = self._shared.attributes(view, kind)
        return ClassNames(
            view=view,
            kind=kind,
            name=name,
            sync=beside[f"the twin of {name}"],
            conditions=beside[f"the conditions of {name}"],
            fields_class=beside[f"the fields of {name}"],
            api=beside[f"the API of {name}"],
            sync_api=beside[f"the API of the twin of {name}"],
            client=attribute,
            keywords=self._keywords(view, name, {**attributes.fields, **attributes.relations}),
            verbs=frozenset(method.verb for method in view.methods if method.instances == kind),
            **attributes._asdict(),
        )

    def _keywords(self, view: IRClass, name: str, attributes: Mapping[str, str]) -> dict[tuple[str, Marker], str]:
        """The keywords of conditions, made from the attributes.

        First come those that are an attribute's own name, then the others in the order of attributes, so that `value` and
        not `value_` has `value_prefix`.
        """
        scope = Scope(PYTHON | IMPORTED | CONDITIONS)
        wanted: list[tuple[bool, str, Marker, str]] = [
            (KEYWORDS[marker] != "{}", attributes[prop.source], marker, prop.source)
            for prop in view.properties
            for marker in markers(prop.type)
        ]
        wishes: dict[tuple[str, Marker], str] = {
            (source, marker): KEYWORDS[marker].format(attribute.rstrip("_") if made else attribute)
            for made, attribute, marker, source in sorted(wanted)
        }
        owners = {key: f"the condition {key[1]} of {key[0]}" for key in wishes}
        shared = scope.share(Wish(owners[key], wish) for key, wish in wishes.items())
        named = {owner: Named(owner, view.id, source, made_up=True) for (source, _), owner in owners.items()}
        self._shared.findings.tell(scope, f"the conditions of {name}", named)
        return {key: shared[owner] for key, owner in owners.items()}


_BESIDE = {
    "the conditions of": "{}Conditions".format,
    "the fields of": "{}Fields".format,
    "the API of": "{}API".format,
    "the twin of": "Sync{}".format,
    "the API of the twin of": "Sync{}API".format,
    "what writes": "{}Write".format,
}
"""What stands beside each class → how its name is made."""
