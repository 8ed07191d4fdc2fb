"""`pygen demo`: a local server, a wind-farm model, generated data, a generated SDK, and everything streamed back."""

from pygen.demo.story import run

__all__ = ["run"]
