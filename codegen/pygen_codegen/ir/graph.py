"""What hangs together in a directed graph, without recursion: models are as deep as whoever made them likes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


def components(edges: Mapping[T, Sequence[T]]) -> list[list[T]]:
    """The strongly connected components, each behind those that it leads to.

    Args:
        edges: Node → where it leads. Whatever is no key is not part of the graph.

    Returns:
        Components in a fixed order, their nodes in the order of `edges`.
    """
    search = _Search(edges)
    for node in edges:
        search.visit(node)
    order = {node: position for position, node in enumerate(edges)}
    return [sorted(each, key=order.__getitem__) for each in search.found]


def cycles(edges: Mapping[T, Sequence[T]]) -> list[list[T]]:
    """The components from which one can come back: several nodes, or one that leads to itself."""
    return [each for each in components(edges) if len(each) > 1 or each[0] in edges[each[0]]]


def reachable(starts: Sequence[T], edges: Mapping[T, Sequence[T]]) -> list[T]:
    """Everything that can be reached, starts first, each once, in the order met; only keys of `edges` count."""
    found: dict[T, None] = {}
    waiting = list(reversed(starts))
    while waiting:
        node = waiting.pop()
        if node not in found and node in edges:
            found[node] = None
            waiting.extend(reversed(edges[node]))
    return list(found)


class _Search(Generic[T]):
    """Tarjan's algorithm, with a path of its own in place of the call stack."""

    def __init__(self, edges: Mapping[T, Sequence[T]]) -> None:
        self.found: list[list[T]] = []
        self._edges = edges
        self._number: dict[T, int] = {}
        self._low: dict[T, int] = {}
        self._open: dict[T, None] = {}  # nodes whose component is not known yet, in the order met

    def visit(self, root: T) -> None:
        """Find the components of everything that can be reached from a node, unless they are found already."""
        path: list[tuple[T, Iterator[T]]] = []
        following: T | None = root if root not in self._number else None
        while following is not None or path:
            if following is not None:
                path.append((following, self._enter(following)))
            node, rest = path[-1]
            following = self._next(node, rest)
            if following is None:
                path.pop()
                self._leave(node, path[-1][0] if path else None)

    def _enter(self, node: T) -> Iterator[T]:
        self._number[node] = self._low[node] = len(self._number)
        self._open[node] = None
        return iter(self._edges[node])

    def _next(self, node: T, rest: Iterator[T]) -> T | None:
        for each in rest:
            if each in self._edges and each not in self._number:
                return each
            if each in self._open:
                self._low[node] = min(self._low[node], self._number[each])
        return None

    def _leave(self, node: T, before: T | None) -> None:
        if before is not None:
            self._low[before] = min(self._low[before], self._low[node])
        if self._low[node] == self._number[node]:
            component: list[T] = []
            while not component or component[-1] != node:
                component.append(self._open.popitem()[0])
            self.found.append(component)
