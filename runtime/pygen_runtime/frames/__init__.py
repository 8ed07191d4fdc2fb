"""Objects as columns: pandas, polars and Arrow, with the schema taken from the class of the view.

None of the three is needed, or imported, before a function here is called; each is an extra of the distribution.
"""

from pygen_runtime.frames.arrow import to_arrow
from pygen_runtime.frames.pandas import to_pandas
from pygen_runtime.frames.polars import to_polars

__all__ = ["to_arrow", "to_pandas", "to_polars"]
