"""Arrow's compute functions. They are made when pyarrow is imported, so no type checker can know them by name."""

import sys
from importlib.abc import MetaPathFinder
from typing import Any

import pyarrow as pa
import pyarrow.compute

compute: Any = pyarrow.compute


class _NoPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def without_pandas() -> None:
    """Keep Arrow from importing pandas, which takes most of a second, only to learn that nothing comes from pandas.

    Arrow tries once and remembers; what asks for pandas by name (`to_pandas`) still gets it. For processes that hand
    Arrow no pandas objects of their own.
    """
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(finder)
