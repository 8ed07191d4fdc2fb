"""From a data model to the files of an SDK: models in, files (path → text) out.

Rooms: `ir` (what a model says, in no language's words), `naming`, one room a target language, `output` (the files on
disk). Importing this package loads neither the emitters nor anything that talks to a network.
"""

from pygen_codegen.errors import CodegenError, ModelError, OutputError
from pygen_codegen.ir import IRModel, parse_model

__all__ = ["CodegenError", "IRModel", "ModelError", "OutputError", "parse_model"]
