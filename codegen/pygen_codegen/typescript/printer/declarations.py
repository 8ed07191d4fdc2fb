"""Declarations, classes and modules as documents."""

from __future__ import annotations

from collections.abc import Sequence

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer import text
from pygen_codegen.typescript.printer.assignments import assignment, type_assignment
from pygen_codegen.typescript.printer.dispatch import prints
from pygen_codegen.typescript.printer.doc import (
    HARDLINE,
    LINE,
    Doc,
    Group,
    concat,
    group,
    if_break,
    indent,
    join,
)
from pygen_codegen.typescript.printer.functions import function_doc
from pygen_codegen.typescript.printer.place import Place
from pygen_codegen.typescript.printer.signatures import doc_comment, member_doc, type_parameters_doc
from pygen_codegen.typescript.printer.statements import statement
from pygen_codegen.typescript.printer.types import type_arguments, type_doc


def _before(node: t.Declaration) -> Doc:
    """The documentation of a declaration, and `export`."""
    return concat(doc_comment(node.doc, 0), "export " if node.exported else "")


@prints(t.TypeAlias)
def _type_alias(node: t.TypeAlias, _: Place) -> Doc:
    left = concat(f"type {node.name}", type_parameters_doc(node.type_parameters))
    return concat(_before(node), type_assignment(left, node), ";")


@prints(t.Const)
def _const(node: t.Const, _: Place) -> Doc:
    left: Doc = node.name
    if node.type is not None:
        left = concat(left, ": ", _annotation(node, node.type))
    word = "let " if node.changes else "const "
    return concat(_before(node), group(word, assignment(left, " =", node.value, Place(node, "value")), ";"))


def _annotation(node: t.Const, type_: t.Type) -> Doc:
    """The type of a variable; arguments of a generic one may break where a function follows."""
    if isinstance(type_, t.Named) and isinstance(node.value, t.Arrow):
        return concat(type_.name, type_arguments(type_.arguments, hugged=False))
    return type_doc(type_)


@prints(t.Function)
def _function(node: t.Function, _: Place) -> Doc:
    words = f"{'async ' if node.is_async else ''}function{'*' if node.generator else ''} {node.name}"
    return concat(_before(node), words, function_doc(node))


@prints(t.Interface)
def _interface(node: t.Interface, _: Place) -> Doc:
    head = _heritage(node.name, node.type_parameters, None, [("extends", node.extends)])
    members = [concat(member_doc(member), ";") for member in node.members]
    return concat(_before(node), "interface ", head[0], " ", _body(members))


@prints(t.Class)
def _class(node: t.Class, _: Place) -> Doc:
    head, grouped = _heritage(node.name, node.type_parameters, node.extends, [("implements", node.implements)])
    members = [_class_member(member) for member in node.members]
    space: Doc = " "
    if grouped is not None and members:
        space = if_break(HARDLINE, " ", grouped)
    word = "abstract class " if node.abstract else "class "
    return concat(_before(node), word, head, space, _body(_spaced(node.members, members)))


def _heritage(
    name: str,
    type_parameters: Sequence[t.TypeParameter],
    base: t.Named | None,
    clauses: Sequence[tuple[str, Sequence[t.Named]]],
) -> tuple[Doc, Group | None]:
    """A name and what it extends; and the group around both, if there is one."""
    count = (base is not None) + sum(len(types) for _, types in clauses)
    several = count > 1
    grouped = several or (count == 1 and _is_dotted(base or next(types[0] for _, types in clauses if types)))
    head: list[Doc] = [name, type_parameters_doc(type_parameters)]
    parts: list[Doc] = []
    if base is not None:
        extended = concat("extends ", type_doc(base))
        parts.append(concat(LINE, group(extended)) if grouped else concat(" ", extended))
    for word, types in clauses:
        if not types:
            continue
        listed = join(concat(",", LINE), map(type_doc, types))
        if several:
            parts += [LINE, word, group(indent(LINE, listed))]
        else:
            parts.append(concat(LINE, group(f"{word} ", listed)) if grouped else concat(f" {word} ", listed))
    if not grouped:
        return concat(*head, *parts), None
    whole = Group(concat(*head, indent(*parts)))
    return whole, whole


def _is_dotted(node: t.Named) -> bool:
    return "." in node.name and not node.arguments


def _body(members: Sequence[Doc]) -> Doc:
    return concat("{", indent(HARDLINE, join(HARDLINE, members)), HARDLINE, "}") if members else "{}"


def _spaced(members: Sequence[t.ClassMember], docs: Sequence[Doc]) -> list[Doc]:
    """Members with blank lines around methods, except between the signatures of one."""
    spaced: list[Doc] = []
    for index, doc in enumerate(docs):
        if index and _is_apart(members[index - 1], members[index]):
            spaced.append("")
        spaced.append(doc)
    return spaced


def _is_apart(one: t.ClassMember, other: t.ClassMember) -> bool:
    if isinstance(one, t.Method) and one.body is None and isinstance(other, t.Method) and one.name == other.name:
        return False
    return not (isinstance(one, t.Field) and isinstance(other, t.Field))


def _class_member(node: t.ClassMember) -> Doc:
    before = doc_comment(node.doc)
    access = f"{node.access} " if node.access else ""
    if isinstance(node, t.Constructor):
        return concat(before, access, "constructor", function_doc(node))
    if isinstance(node, t.Field):
        return concat(before, _field(node))
    words = f"{access}{_words(static=node.static, override=node.override)}"
    kind = f"{node.kind} " if node.kind else ""
    call = f"{'async ' if node.is_async else ''}{kind}{'*' if node.generator else ''}{_key(node.name)}"
    return concat(before, words, call, function_doc(node))


def _words(**words: bool) -> str:
    return "".join(f"{word} " for word, said in words.items() if said)


def _key(name: str) -> str:
    return name if name.startswith("#") else text.key(name)


def _field(node: t.Field) -> Doc:
    access = f"{node.access} " if node.access else ""
    words = _words(static=node.static, override=node.override, readonly=node.readonly)
    declare = "declare " if node.declare else ""
    left: Doc = f"{declare}{access}{words}{_key(node.name)}{'?' if node.optional else ''}"
    if node.type is not None:
        left = concat(left, ": ", type_doc(node.type))
    if node.value is None:
        return concat(left, ";")
    return concat(assignment(left, " =", node.value, Place(node, "value")), ";")


# --- imports and exports -------------------------------------------------------------------------


@prints(t.Import)
def _import(node: t.Import, _: Place) -> Doc:
    word = "import type " if node.type_only else "import "
    module = text.string(node.module)
    if node.all is not None:
        return f"{word}* as {node.all} from {module};"
    if not node.symbols:
        return f"{word}{module};"
    return concat(word, _symbols(node.symbols), f" from {module};")


@prints(t.Export)
def _export(node: t.Export, _: Place) -> Doc:
    word = "export type " if node.type_only else "export "
    return concat(word, _symbols(node.symbols), "" if node.module is None else f" from {text.string(node.module)}", ";")


@prints(t.ExportAll)
def _export_all(node: t.ExportAll, _: Place) -> Doc:
    word = "export type *" if node.type_only else "export *"
    alias = "" if node.name is None else f" as {node.name}"
    return f"{word}{alias} from {text.string(node.module)};"


def _symbols(symbols: Sequence[t.Symbol]) -> Doc:
    docs = [_symbol(symbol) for symbol in symbols]
    if len(docs) == 1:
        return concat("{ ", docs[0], " }")
    return group("{", indent(LINE, join(concat(",", LINE), docs)), if_break(","), LINE, "}")


def _symbol(node: t.Symbol) -> Doc:
    word = "type " if node.type_only else ""
    return f"{word}{node.name}" if node.alias is None else f"{word}{node.name} as {node.alias}"


# --- modules -------------------------------------------------------------------------------------


def module_doc(node: t.Module) -> Doc:
    """A file."""
    parts: list[Doc] = []
    if node.header:
        parts.append(join(HARDLINE, map(text.line_comment, node.header)))
    if node.doc is not None:
        parts.append(join(HARDLINE, text.documentation(node.doc, 0)))
    parts += [join(HARDLINE, map(statement, section)) for section in node.sections if section]
    return concat(join(concat(HARDLINE, HARDLINE), parts), HARDLINE if parts else "")
