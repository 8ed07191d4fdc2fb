"""The data models that an SDK was generated from, as the API answers them, and nothing in them that changes by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from pygen_codegen.ir import Analysis, IRClass, IRModel, IRProperty, analyse, resolve
from pygen_runtime.schema import (
    ContainerWrite,
    DataModel,
    DataModelWrite,
    MappedProperty,
    View,
    ViewId,
    ViewProperty,
    ViewWrite,
)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What there is to generate from. Equal models give equal snapshots, from whatever source they were read.

    Attributes:
        data_models: The data models, their views by reference.
        views: The views that an SDK shows, in read form: without times, and without properties that cannot be generated.
    """

    data_models: tuple[DataModelWrite, ...]
    views: tuple[View, ...]

    @classmethod
    def of(
        cls,
        model: IRModel,
        models: Sequence[DataModel],
        views: Iterable[ViewWrite] = (),
        containers: Iterable[ContainerWrite] = (),
    ) -> Snapshot:
        """The snapshot of an analysis.

        Args:
            model: What `analyse` made of the rest, of all views.
            models: The data models.
            views: Further views.
            containers: Containers.
        """
        inlined = [view for each in models for view in each.views or () if view != _reference(view.as_id())]
        known = {view.as_id(): view for view in resolve([*inlined, *views], containers).views}
        return cls(
            data_models=tuple(map(_listing, models, (each.views for each in model.data_models))),
            views=tuple(_shown(known[each.id], each) for each in model.classes),
        )

    def analyse(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Analysis:
        """The IR once more.

        Args:
            include: As in `pygen_codegen.ir.analyse`.
            exclude: Likewise.

        Raises:
            ModelError: As there; never without `include` and `exclude`, if the snapshot is one that pygen made.
        """
        models = [_model(each) for each in self.data_models]
        return analyse(models, views=self.views, include=include, exclude=exclude)


def _listing(model: DataModel, views: Sequence[ViewId]) -> DataModelWrite:
    return msgspec.structs.replace(model.as_write(), views=list(views))


def _model(listing: DataModelWrite) -> DataModel:
    return DataModel(
        space=listing.space,
        external_id=listing.external_id,
        version=listing.version,
        name=listing.name,
        description=listing.description,
        views=[_reference(each) for each in listing.views or ()],
    )


def _reference(id: ViewId) -> View:
    return View(space=id.space, external_id=id.external_id, version=id.version)


def _shown(view: View, parsed: IRClass) -> View:
    """The view with what the IR has of it; its flags as the API would give them."""
    values = {each.source: each for each in parsed.properties}
    kept = values.keys() | {each.source for each in parsed.relationships}
    return msgspec.structs.replace(
        view,
        implements=view.implements or None,
        properties={
            name: _shown_property(each, values.get(name))
            for name, each in sorted((view.properties or {}).items())
            if name in kept
        },
        writable=parsed.writable,
        queryable=parsed.queryable,
        used_for=parsed.used_for,
        created_time=0,
        last_updated_time=0,
        is_global=False,
        mapped_containers=None,
    )


def _shown_property(prop: ViewProperty, parsed: IRProperty | None) -> ViewProperty:
    """The property without what is true today only, and without what some sources say and others leave to be understood."""
    if not isinstance(prop, MappedProperty) or parsed is None or prop.type is None:
        return prop
    return MappedProperty(
        container=prop.container,
        container_property_identifier=prop.container_property_identifier,
        name=prop.name,
        description=prop.description,
        type=msgspec.structs.replace(prop.type, list=prop.type.list or None, collation=None),
        nullable=parsed.nullable,
        immutable=parsed.immutable,
        auto_increment=parsed.auto_increment,
        default_value=prop.default_value,
    )
