"""From nodes to text, once each: libcst writes a tree out node by node, which is most of what generating costs.

Names, types and lines that were measured are kept with their text. What is between the words, and where the nodes come to
stand, libcst looks up anew for each node; nobody asks for either here. The trees are ordinary ones: what cannot be written
as it is gets taken apart (`bare`) and laid out.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import libcst as cst
from libcst._nodes.internal import CodegenState


@dataclass(frozen=True, kw_only=True, eq=False)
class Rendered(cst.BaseAssignTargetExpression):
    """An expression, without line breaks, and its text.

    Attributes:
        node: The expression.
        text: What it is written as.
    """

    node: cst.BaseExpression
    text: str

    def _codegen(self, state: CodegenState, **_: object) -> None:
        state.add_token(self.text)

    def _codegen_impl(self, state: CodegenState) -> None:
        state.add_token(self.text)

    def _visit_and_replace_children(self, visitor: cst.CSTVisitorT) -> cst.CSTNode:
        return self


@dataclass(frozen=True, kw_only=True, eq=False)
class Line(cst.SimpleStatementLine):
    """A statement that is no block, and its text.

    Attributes:
        text: What it is written as, without the line end; its further lines are indented already.
    """

    text: str

    def _codegen_impl(self, state: CodegenState) -> None:
        for blank in self.leading_lines:
            blank._codegen(state)  # noqa: SLF001 - as every node does with those inside it
        state.add_indent_tokens()
        state.add_token(self.text)
        state.add_token("\n")


class _Space(cst.SimpleWhitespace):
    """Blanks, or nothing."""

    def _codegen(self, state: CodegenState, **_: object) -> None:
        state.add_token(self.value)


class _Nothing(cst.SimpleWhitespace):
    """Nothing between two words."""

    def _codegen(self, state: CodegenState, **_: object) -> None:
        pass


class _LineEnd(cst.TrailingWhitespace):
    """The end of a line without a comment."""

    def _codegen(self, state: CodegenState, **_: object) -> None:
        state.add_token("\n")


NOTHING = _Nothing("")
SPACE = _Space(" ")
LINE_END = _LineEnd()


def code(node: cst.CSTNode) -> str:
    """A node as text."""
    state = _WithoutPositions(default_indent="    ", default_newline="\n")
    node._codegen(state)  # noqa: SLF001 - what `Module.code_for_node` does, with a state of our own
    return "".join(state.tokens)


def rendered(node: cst.BaseExpression) -> Rendered:
    """An expression without line breaks, with its text."""
    return node if isinstance(node, Rendered) else Rendered(node=node, text=code(node))


def line(statement: cst.BaseSmallStatement) -> Line:
    """A line of one statement, with its text."""
    return Line(body=[statement], trailing_whitespace=LINE_END, text=code(statement))


def bare(node: cst.BaseExpression) -> cst.BaseExpression:
    """An expression as the node that it was built as."""
    return node.node if isinstance(node, Rendered) else node


def width(node: cst.CSTNode) -> int:
    """Columns that a node without line breaks takes."""
    return len(node.text if isinstance(node, Rendered) else code(node))


_UNRECORDED: AbstractContextManager[None] = nullcontext()


class _WithoutPositions(CodegenState):
    def record_syntactic_position(  # type: ignore[override]  # a context of another class does as well
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        return _UNRECORDED
