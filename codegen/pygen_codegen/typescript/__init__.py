"""The TypeScript emitter: a strict SDK without dependencies but the runtime, in the form that `prettier` gives it.

Everything has its name (`names`) before anything is built; then one function per module (`types`, `views`, `api`, `client`,
`index`) builds nodes of `tree` through `build`, and `printer` writes them out.
"""

from pygen_codegen.settings import TypeScriptSettings
from pygen_codegen.typescript.config import TypeScriptConfig
from pygen_codegen.typescript.generator import TypeScriptGenerator

__all__ = ["TypeScriptConfig", "TypeScriptGenerator", "TypeScriptSettings"]
