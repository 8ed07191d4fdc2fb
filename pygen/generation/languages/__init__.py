"""The languages that SDKs are generated in, each behind one face; what they share stands in `pygen_codegen`."""

from pygen.generation.languages.known import LANGUAGES, find_language
from pygen.generation.languages.language import Language

__all__ = ["LANGUAGES", "Language", "find_language"]
