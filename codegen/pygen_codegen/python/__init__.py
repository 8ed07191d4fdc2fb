"""The Python emitter: a typed, async SDK as trees of libcst, in the form that `ruff format` gives it.

Everything has its name (`names`) before anything is built; then one function per module (`data_classes`, `filters`, `api`,
`client`, `package`) builds nodes through `build`, which asks `layout` where lines break.
"""

from pygen_codegen.python.generator import PythonConfig, PythonGenerator

__all__ = ["PythonConfig", "PythonGenerator"]
