"""Arrow's compute functions. They are made when pyarrow is imported, so no type checker can know them by name."""

from typing import Any

import pyarrow.compute

compute: Any = pyarrow.compute
