"""From nodes to text: the layout of prettier with its defaults (80 columns, double quotes, semicolons, trailing commas)."""

from pygen_codegen.typescript.printer import expressions  # noqa: F401  # its functions say what they print
from pygen_codegen.typescript.printer.declarations import module_doc
from pygen_codegen.typescript.printer.layout import layout
from pygen_codegen.typescript.tree import Module


def print_module(module: Module) -> str:
    """The text of a file, which prettier leaves as it is.

    Args:
        module: What is in it.

    Returns:
        Lines that end in a line feed.

    Raises:
        ValueError: A template string holds an expression that cannot stay on its line.
    """
    return layout(module_doc(module))
