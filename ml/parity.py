"""Does an exported ONNX file answer as the trained model does? Asked before the file is stored.

ONNX computes in float32. Trees alone survive that, for scikit-learn and XGBoost cut their splits in float32 too; a
step before them (a scaler, say) is computed in float64 by scikit-learn and in float32 by ONNX, so that a row close to
a split falls on the other side and its answer jumps. No tolerance cures a jump: fit such a model without the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.artifact import BadArtifact

LOOSEST = 0.01
"""The largest tolerance: with a larger one another model might pass for this one."""


class NotTheSame(BadArtifact):
    """An ONNX file that answers unlike the trained model."""


@dataclass(frozen=True)
class Parity:
    """The trained model's own answers: `expected` (n,) or (n, classes) for `rows` (n, features).

    `tolerance` is absolute, and relative for answers above 1. `output` names the ONNX output to compare; without it,
    the last is: a classifier's probabilities, a regressor's only one.
    """

    rows: Any
    expected: Any
    tolerance: float = 1e-5
    output: str | None = None


def open_session(model: bytes) -> Any:
    """`model` ready to answer: an onnxruntime InferenceSession on one thread. Raises BadArtifact.

    One thread, because one row does not pay for waking others, and a pool per model would crowd out the site.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors share no other base
        raise BadArtifact(f"ONNX Runtime cannot open it: {str(error).splitlines()[0]}") from error


def check(name: str, model: bytes, parity: Parity) -> float:
    """The largest difference between the ONNX file `name` and the trained model. Raises NotTheSame or BadArtifact."""
    if not 0 < parity.tolerance <= LOOSEST:
        raise BadArtifact(f"the tolerance of {name} must be above 0 and at most {LOOSEST}, not {parity.tolerance}")
    expected = np.asarray(parity.expected, dtype=np.float64)
    if len(expected) == 0:
        raise BadArtifact(f"{name} was compared on no row")
    answered = _answers(open_session(model), name, parity, expected.shape)
    difference = np.abs(answered - expected) / np.maximum(1.0, np.abs(expected))
    off = ~(difference <= parity.tolerance)  # NaN is off, too
    if off.any():
        raise NotTheSame(
            f"{name} answers unlike the trained model: {off.sum()} of {off.size} answers differ by more than"
            f" {parity.tolerance:g}, the worst by {np.nanmax(difference):.3g}"
        )
    return float(difference.max())


def _answers(session: Any, name: str, parity: Parity, shape: tuple[int, ...]) -> np.ndarray:
    output = parity.output or session.get_outputs()[-1].name
    rows = np.ascontiguousarray(parity.rows, dtype=np.float32)
    try:
        (answered,) = session.run([output], {session.get_inputs()[0].name: rows})
        return np.asarray(answered, dtype=np.float64).reshape(shape)
    except Exception as error:  # as above; and an output that is no array of this shape (export without "zipmap")
        raise NotTheSame(f"{name} gives no numbers of shape {shape}: {str(error).splitlines()[0]}") from error
