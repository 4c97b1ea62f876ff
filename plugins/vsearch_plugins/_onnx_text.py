"""Text towers on ONNX Runtime: exported once from torch, checked, and then used without it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import numpy as np

from vsearch.errors import ModelError
from vsearch.types import Matrix

if TYPE_CHECKING:
    import torch

TOLERANCE = 1e-3
BATCH = 32
REMEMBERED = 64
SAMPLES = (
    "a dog runs on the beach",
    "two people talk",
    "red",
    "What can be seen from the sea, in 1969?",
)


_towers: WeakValueDictionary[Path, TextTower] = WeakValueDictionary()
_opening = threading.Lock()


def open_tower(folder: Path) -> TextTower:
    """The tower in a folder, one for all who use it at a time: two blocks may have the same."""
    with _opening:
        tower = _towers.get(folder)
        if tower is None:
            tower = _towers[folder] = TextTower(folder)
        return tower


class TextTower:
    """A tokenizer and a network that turn text into unit vectors."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.dim = int(json.loads((folder / "tower.json").read_text(encoding="utf-8"))["dim"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Threads that wait busily take the cores from the search that follows.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(folder / "text.onnx"), options, providers=["CPUExecutionProvider"]
        )
        inputs = [item.name for item in self._session.get_inputs()]
        # None of these knows the tower, so that it is let go of as soon as nobody uses it.
        self._run = partial(_run, self._session, self._tokenizer, inputs)
        self._alone = lru_cache(REMEMBERED)(partial(_run_one, self._run))

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Embed texts, texts of like length together so that little is spent on padding."""
        if len(texts) == 1:  # a question, which every block asks
            return self._alone(texts[0]).copy()
        out = np.zeros((len(texts), self.dim), np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            out[rows] = self._run([texts[row] for row in rows])
        return out


def _run(session: Any, tokenizer: Any, inputs: Sequence[str], texts: Sequence[str]) -> Matrix:
    encoded = tokenizer.encode_batch(list(texts))
    tokens = {
        "ids": np.array([item.ids for item in encoded], np.int64),
        "mask": np.array([item.attention_mask for item in encoded], np.int64),
    }
    (vectors,) = session.run(None, {name: tokens[name] for name in inputs})
    return np.asarray(vectors, np.float32)


def _run_one(run: Callable[[Sequence[str]], Matrix], text: str) -> Matrix:
    return run([text])


def export_tower(
    folder: Path,
    network: torch.nn.Module,
    tokenizer: Any,
    inputs: Sequence[str],
    fixed_length: bool,
) -> None:
    """Write a network and its tokenizer to a folder, and check them against the original there."""
    import torch

    tokenizer.save(str(folder / "tokenizer.json"))
    encoded = tokenizer.encode_batch(list(SAMPLES))
    columns = {
        "ids": torch.tensor([item.ids for item in encoded]),
        "mask": torch.tensor([item.attention_mask for item in encoded]),
    }
    example = tuple(columns[name] for name in inputs)
    expected = _original(network, example)
    _write_onnx(folder / "text.onnx", network, example, inputs, fixed_length)
    (folder / "tower.json").write_text(json.dumps({"dim": expected.shape[1]}), encoding="utf-8")
    difference = float(np.abs(TextTower(folder).embed(SAMPLES) - expected).max())
    if not difference <= TOLERANCE:
        raise ModelError(f"the exported text tower differs from the original by {difference:.2g}")


def _original(network: torch.nn.Module, example: tuple[torch.Tensor, ...]) -> Matrix:
    import torch

    network.eval()
    with torch.inference_mode():
        found: Matrix = network(*example).float().numpy()
    return found


def _write_onnx(
    path: Path,
    network: torch.nn.Module,
    example: tuple[torch.Tensor, ...],
    inputs: Sequence[str],
    fixed_length: bool,
) -> None:
    import logging
    import warnings

    import torch

    batch = torch.export.Dim("batch", min=1, max=4096)
    length = torch.export.Dim("length", min=2, max=512)
    shape = {0: batch} if fixed_length else {0: batch, 1: length}
    fast_path = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)  # its fused operator cannot be exported
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                network,
                example,
                dynamo=True,
                input_names=list(inputs),
                output_names=["text_vector"],
                dynamic_shapes=tuple(shape for _ in inputs),
                verbose=False,
            )
        assert program is not None
        program.save(str(path))
    finally:
        torch.backends.mha.set_fastpath_enabled(fast_path)
