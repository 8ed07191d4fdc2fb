"""What `include` takes: relations to follow, each perhaps narrowed, with further relations to follow from there.

    client.turbine.all().include(lambda t: t.rotor, lambda t: t.blades.where(…).include(lambda b: b.sensors))

The argument of each function is the class itself, on which a relation is its descriptor. So an editor knows the names, and a wrong one
is an error before anything runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar, cast

from pygen_runtime.errors import IncludeDepthError, UsageError
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.sdk.fields.narrowing import EVERYTHING, Narrowing, SortKey
from pygen_runtime.sdk.fields.types import F, Leads
from pygen_runtime.sdk.instances.resource import PygenResource, SyncResource
from pygen_runtime.sdk.instances.via import Via

T = TypeVar("T", bound=PygenResource)
T_co = TypeVar("T_co", bound=PygenResource, covariant=True)
S_co = TypeVar("S_co", bound=PygenResource, covariant=True)

MOST_HOPS = 10
"""How far an include may lead from its roots. Each hop multiplies what one page of roots brings along."""


class Declared(Protocol):
    """What a branch knows of its relation, which is a `Relation` of a class.

    Attributes:
        name: What the relation is called.
        via: Which way it goes.
    """

    name: str
    via: Via

    @property
    def target(self) -> type[PygenResource]:
        """The class at the other end, for asynchronous clients."""
        ...

    def ends(self, *, sync: bool) -> tuple[type[PygenResource], type[PygenResource]]:
        """The class at the other end and that of the edges between, for one kind of client."""
        ...


class Followed(Protocol[T_co]):
    """What the functions given to `include` return: a relation of the class, or one that is narrowed."""

    def branch(self) -> Branch[T_co, Any]:
        """As a branch."""
        ...


class SyncFollowed(Protocol[S_co]):
    """The same, for who wants to know which class a synchronous client finds."""

    def sync_branch(self) -> Branch[Any, S_co]:
        """As a branch."""
        ...


Choice = Callable[[type[T]], Followed[Any]]
"""Names a relation of a class: `lambda t: t.blades`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Generic[T_co, S_co]):
    """A relation to follow. A value: each method gives a new one.

    Attributes:
        relation: The relation.
        narrowing: Which targets, in which order, and how many for each object.
        branches: What to follow from the targets.
    """

    relation: Declared
    narrowing: Narrowing = EVERYTHING
    branches: tuple[Branch[Any, Any], ...] = ()

    def branch(self) -> Branch[T_co, S_co]:
        """This one."""
        return self

    def sync_branch(self) -> Branch[T_co, S_co]:
        """This one."""
        return self

    @property
    def target(self) -> type[T_co]:
        """The class at the other end, for asynchronous clients."""
        return cast("type[T_co]", self.relation.target)

    def where(self: Leads[F], condition: PygenFilter | Callable[[F], PygenFilter]) -> Branch[T_co, S_co]:
        """Only targets that meet this condition as well: `t.blades.where(lambda b: b.length > 60.0)`.

        Args:
            condition: A function of the fields of the target, or a filter.

        Raises:
            UsageError: A value cannot be compared with, or the function gives no filter.
        """
        me = cast("Branch[T_co, S_co]", self)
        return replace(me, narrowing=me.narrowing.where(me.target, condition))

    def filter(self, **conditions: object) -> Branch[T_co, S_co]:
        """Only targets that meet these conditions.

        Args:
            conditions: The keywords of `filter` of the target's view; or a field of the target → its value, several values of which
                one is enough, or None for no value.

        Raises:
            UsageError: A keyword or field is unknown, or a value cannot be filtered by.
        """
        return replace(self, narrowing=self.narrowing.filter(self.relation.target, conditions))

    def sort(self, *keys: SortKey) -> Branch[T_co, S_co]:
        """The targets of each object in this order.

        Args:
            keys: At most five fields of the target, the most important first: names, `-` before one turning its order round, or functions
                such as `lambda b: b.length.desc()`.

        Raises:
            UsageError: A field is unknown, or there are more than five.
        """
        return replace(self, narrowing=self.narrowing.sort(self.relation.target, keys))

    def limit(self, most: int | None) -> Branch[T_co, S_co]:
        """At most this many targets for each object. They are all fetched, because the API cannot count for each object."""
        return replace(self, narrowing=self.narrowing.limit(most))

    def include(self, *branches: Choice[T_co]) -> Branch[T_co, S_co]:
        """Follow these relations of the targets too.

        Raises:
            UsageError: A function names no relation of the class, or one that is there already.
            IncludeDepthError: It leads too far.
        """
        return replace(self, branches=with_more(self.relation.target, self.branches, branches))

    def key(self) -> list[object]:
        """What tells it from other branches of the same class."""
        narrowing = self.narrowing
        own = [self.relation.name, narrowing.condition, list(narrowing.order), narrowing.most]
        return [*own, [one.key() for one in self.branches]]

    @property
    def hops(self) -> int:
        """How far it leads."""
        return 1 + max((one.hops for one in self.branches), default=0)


def with_more(
    resource: type[Any], branches: Sequence[Branch[Any, Any]], choices: Sequence[Choice[Any]]
) -> tuple[Branch[Any, Any], ...]:
    """Branches, and those that some functions choose.

    Raises:
        UsageError: A function names no relation of the class, or one that is there already.
        IncludeDepthError: A branch leads too far.
    """
    found = list(branches)
    for choice in choices:
        branch = chosen(resource, choice)
        if any(one.relation is branch.relation for one in found):
            raise UsageError(
                f"{resource.__name__}.{branch.relation.name} is included twice: name it once, with all its branches"
            )
        if branch.hops > MOST_HOPS:
            raise IncludeDepthError(
                f"including {resource.__name__}.{branch.relation.name} leads {branch.hops} hops away, and {MOST_HOPS} is the most: "
                "load the rest from the objects that were found"
            )
        found.append(branch)
    return tuple(found)


def chosen(resource: type[Any], choice: Choice[Any]) -> Branch[Any, Any]:
    """The branch that a function chooses.

    Raises:
        UsageError: It names no relation of the class.
    """
    names = "relations are named by functions such as `lambda t: t.blades`"
    if not callable(choice):
        raise UsageError(f"{names}, not {choice!r}")
    try:
        given: Any = choice(resource)
    except AttributeError as error:
        raise UsageError(f"{names}; there are {_names(resource)} ({error})") from error
    branch = given.branch() if hasattr(given, "branch") else None
    if not isinstance(branch, Branch) or getattr(resource, branch.relation.name, None) is not branch.relation:
        raise UsageError(f"{names} of {resource.__name__}; there are {_names(resource)}, but it gave {given!r}")
    return branch


def _names(resource: type[Any]) -> str:
    found = [name for name in dir(resource) if hasattr(getattr(resource, name, None), "branch")]
    return ", ".join(found) or "none"


@dataclass(frozen=True, slots=True)
class Step:
    """A branch from one class to another, both for the same kind of client.

    Attributes:
        name: Names its result set in requests.
        branch: The branch.
        owner: The class that it starts from.
        target: The class that it leads to.
        edge: The class of the edges that it leads over, if it does.
        steps: The steps from the targets.
    """

    name: str
    branch: Branch[Any, Any]
    owner: type[PygenResource]
    target: type[PygenResource]
    edge: type[PygenResource]
    steps: tuple[Step, ...]

    @property
    def via(self) -> Via:
        """Which way it goes."""
        return self.branch.relation.via

    @property
    def edges_name(self) -> str:
        """Names the result set of its edges."""
        return f"{self.name}e"

    def numbered(self, number: int) -> Step:
        """The same, as one of several in a request."""
        return replace(self, name=f"{self.name}_p{number}")


def steps_of(resource: type[PygenResource], branches: Sequence[Branch[Any, Any]], start: str = "n") -> tuple[Step, ...]:
    """The steps that branches from a class mean."""
    sync = issubclass(resource, SyncResource)
    made = []
    for number, branch in enumerate(branches):
        name = f"{start}_{number}"
        target, edge = branch.relation.ends(sync=sync)
        made.append(Step(name, branch, resource, target, edge, steps_of(target, branch.branches, name)))
    return tuple(made)


def all_steps(steps: Sequence[Step]) -> list[Step]:
    """The steps, and those that follow them."""
    return [one for step in steps for one in (step, *all_steps(step.steps))]
