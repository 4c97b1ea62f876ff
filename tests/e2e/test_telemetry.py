"""The libraries under us report nothing: ONNX Runtime keeps a queue of what it would send."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SESSION = """
import numpy, onnxruntime
from onnx import TensorProto, helper

value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1])
graph = helper.make_graph(
    [helper.make_node("Neg", ["x"], ["y"])], "neg", [value("x")], [value("y")]
)
opset = [helper.make_opsetid("", 17)]
model = helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
assert session.run(None, {"x": numpy.ones(1, "f4")})[0][0] == -1
"""


def left_behind(home: Path, code: str) -> list[str]:
    """What a process leaves in a home of its own."""
    unset = {name: value for name, value in os.environ.items() if "TELEMETRY" not in name}
    environ = {**unset, "HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], env=environ, check=True, cwd=home)
    return sorted(path.name for path in home.rglob("*"))


def test_nothing_is_queued_once_the_plugins_are_known(tmp_path: Path) -> None:
    known = "from vsearch.registry import load_registry\nload_registry()\n"
    assert not left_behind(tmp_path, known + SESSION)
