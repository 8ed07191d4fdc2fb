"""Hooks: what users add to the generator, to change what it is given and what it makes.

A hook gets the intermediate representation before anything is emitted, whatever the language, and the syntax tree of every
module before it is written: of libcst in Python, of `pygen_codegen.typescript.tree` in TypeScript. Output of hooks is checked
like our own; what goes wrong in one is told with its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pygen_codegen.errors import HookError
from pygen_codegen.ir import IRModel

if TYPE_CHECKING:
    import libcst

    from pygen_codegen.typescript import tree

T = TypeVar("T")


class Hook:
    """What a hook can do. Override what you need; the values given are never changed in place.

    A hook must give equal results for equal input: `pygen check` runs it again, and compares.

    Attributes:
        name: What it is called in errors and in the manifest.
    """

    name: str = ""

    def change_model(self, model: IRModel) -> IRModel:
        """The model to generate from: add, change or drop classes and their members.

        Args:
            model: The intermediate representation, or what the hook before made of it.
        """
        return model

    def change_module(self, path: str, module: libcst.Module) -> libcst.Module:
        """The Python module to write.

        Args:
            path: Its path in the folder of the SDK, such as `data_classes.py`.
            module: Its syntax tree, or what the hook before made of it.
        """
        return module

    def change_typescript(self, path: str, module: tree.Module) -> tree.Module:
        """The TypeScript module to write.

        Args:
            path: Its path in the folder of the SDK, such as `types.ts`.
            module: Its syntax tree, or what the hook before made of it.
        """
        return module


def change_model(hooks: Sequence[Hook], model: IRModel) -> IRModel:
    """What hooks make of a model, one after the other.

    Raises:
        HookError: One fails, or gives back something else.
    """
    for hook in hooks:
        changed = _call(hook, "change_model", partial(hook.change_model, model))
        if not isinstance(changed, IRModel):
            raise HookError(f"the hook {hook.name!r} gave back a {type(changed).__name__} as model, not an IRModel")
        model = changed
    return model


def change_module(hooks: Sequence[Hook], path: str, text: str) -> str:
    """What hooks make of a Python module, one after the other.

    Raises:
        HookError: One fails, or gives back something else, or what is no valid Python.
    """
    if not hooks:
        return text
    import libcst  # noqa: PLC0415 - hooks alone need it here

    module = libcst.parse_module(text)
    for hook in hooks:
        changed = _call(hook, f"change_module for {path}", partial(hook.change_module, path, module))
        if not isinstance(changed, libcst.Module):
            raise HookError(
                f"the hook {hook.name!r} gave back a {type(changed).__name__} for {path}, not a libcst.Module"
            )
        _call(hook, f"change_module for {path}", partial(compile, changed.code, path, "exec", dont_inherit=True))
        module = changed
    return module.code


def change_typescript(hooks: Sequence[Hook], path: str, module: tree.Module) -> tree.Module:
    """What hooks make of a TypeScript module, one after the other.

    Raises:
        HookError: One fails, or gives back something else, or what cannot be printed.
    """
    for hook in hooks:
        what = f"change_typescript for {path}"
        changed = _call(hook, what, partial(hook.change_typescript, path, module))
        if not isinstance(changed, type(module)):
            raise HookError(
                f"the hook {hook.name!r} gave back a {type(changed).__name__} for {path}, not a pygen_codegen.typescript.tree.Module"
            )
        module = changed
    return module


def _call(hook: Hook, what: str, work: Callable[[], T]) -> T:
    try:
        return work()
    except Exception as error:
        raise HookError(
            f"the hook {hook.name!r} failed in {what}: {type(error).__name__}: {error}; correct it, or leave it out"
        ) from error
