"""Answers with a language model behind any OpenAI-compatible endpoint: Ollama, llama.cpp, vLLM.

What was found goes to the endpoint's host; nothing else does, and nothing is asked twice.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vsearch.answer.hosts import is_loopback
from vsearch.answer.prompt import EXAMPLE, NO_ANSWER, RULES, prompt_of
from vsearch.errors import AnswerError, ConfigError
from vsearch.hookspecs import RegisterAnswerer, hookimpl
from vsearch.lines import one_line
from vsearch.protocols import Excerpt, PluginContext
from vsearch_plugins._chat_stream import deltas

if TYPE_CHECKING:
    import httpx2

CONNECT_S = 10.0
MOST_TOKENS = 1_000
MOST_OF_REASON = 200
DECLINED = re.compile(rf"\W*{NO_ANSWER}(?:\W*$|[\s*]*[.!:;,\n])", re.IGNORECASE)
PORTS = {"http": 80, "https": 443}


class OpenAIAnswerer:
    """Streams a chat completion; the key is sent in a header and shown nowhere."""

    def __init__(self, argument: str, context: PluginContext) -> None:
        settings = context.answer
        self.sees = settings.pictures
        self._model = argument or settings.model
        self._timeout_s = settings.timeout_s
        self._key = context.answer_key
        if not (self._key.isascii() and self._key.isprintable()) or " " in self._key:
            raise ConfigError(
                "VSEARCH_ANSWER_KEY holds signs that no key has, such as a line's end"
            )
        self._url, self.host = _endpoint(settings.url)
        if not self._model:
            raise ConfigError(
                "openai.v1 needs the name of a model: set answer.model, or ask with "
                "--with openai.v1:MODEL"
            )

    def __repr__(self) -> str:
        return f"OpenAIAnswerer({self._model} at {self.host})"

    def answer(self, question: str, excerpts: Sequence[Excerpt]) -> Iterator[str]:
        """The pieces of the answer as they come; nothing if the model says that nothing answers."""
        held, silent = "", True
        with self._opened(self._body(question, excerpts)) as response:
            for piece in self._pieces(response):
                held += piece
                if _declines(held) or NO_ANSWER.startswith(held.strip(" \n*").upper()):
                    continue  # it may be about to say that there is none
                silent = False
                yield held
                held = ""
        if silent and not held.strip():
            raise AnswerError(f"{self.host} answered with nothing")
        if held and not _declines(held):
            yield held

    @contextmanager
    def _opened(self, body: dict[str, Any]) -> Iterator[httpx2.Response]:
        """The response, once it has begun well; every failure is an AnswerError."""
        import httpx2

        timeout = httpx2.Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s))
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        # A proxy would be another host than the one that is named; this machine needs none.
        own = is_loopback(self.host)
        try:
            with (
                httpx2.Client(timeout=timeout, follow_redirects=False, trust_env=not own) as client,
                client.stream("POST", self._url, json=body, headers=headers) as response,
            ):
                if response.status_code != 200:
                    raise AnswerError(self._refusal(response))
                yield response
        except httpx2.TimeoutException as error:
            doing = "be reached" if isinstance(error, httpx2.ConnectTimeout) else "answer"
            raise AnswerError(f"{self.host} did not {doing} within {self._timeout_s:g} s") from None
        except httpx2.ConnectError:
            raise AnswerError(f"nothing answers at {self.host} (is it running?)") from None
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, ValueError) as error:
            raise AnswerError(f"{self.host}: {self._safe(str(error))}") from None

    def _pieces(self, response: httpx2.Response) -> Iterator[str]:
        """The pieces of text; an error that comes among them may hold anything, even the key."""
        kind = response.headers.get("content-type", "")
        try:
            yield from deltas(kind, self._in_time(response.iter_bytes()))
        except AnswerError as error:
            raise AnswerError(self._safe(str(error))) from None

    def _in_time(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """What comes until the time is over, even if something always comes."""
        until = time.monotonic() + self._timeout_s
        for part in parts:
            if time.monotonic() > until:
                raise AnswerError(f"{self.host} took longer than {self._timeout_s:g} s")
            yield part

    def _refusal(self, response: httpx2.Response) -> str:
        hints = {
            401: "the key is missing or wrong: set VSEARCH_ANSWER_KEY",
            403: "the key is not allowed to: check VSEARCH_ANSWER_KEY",
            404: f"there is no model {self._model!r} or no such path: check answer.url and "
            "answer.model",
            429: "too many questions: try again later",
        }
        code = response.status_code
        if code in hints:
            return f"{self.host} answered {code}: {hints[code]}"
        begun = b""
        for part in self._in_time(response.iter_bytes()):
            begun += part
            if len(begun) > MOST_OF_REASON + len(self._key):  # half a key would not be known
                break
        reason = self._safe(begun.decode("utf-8", "replace"))
        return f"{self.host} answered {code}" + (f": {reason}" if reason else "")

    def _safe(self, text: str) -> str:
        """A foreign text in one short line, without the key."""
        hidden = text.replace(self._key, "***") if self._key else text
        return one_line(hidden)[:MOST_OF_REASON]

    def _body(self, question: str, excerpts: Sequence[Excerpt]) -> dict[str, Any]:
        text = prompt_of(question, excerpts)
        asked, told = EXAMPLE
        content: str | list[dict[str, Any]] = text
        if self.sees:
            content = [{"type": "text", "text": text}, *_pictures(excerpts)]
        return {
            "model": self._model,
            "stream": True,
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "messages": [
                {"role": "system", "content": RULES},
                {"role": "user", "content": asked},
                {"role": "assistant", "content": told},
                {"role": "user", "content": content},
            ],
        }


def _declines(text: str) -> bool:
    """Whether a text says that nothing answers, and perhaps goes on about why."""
    return bool(DECLINED.match(text))


def _pictures(excerpts: Sequence[Excerpt]) -> Iterator[dict[str, Any]]:
    """The picture of each excerpt with its number; one that is gone is left out."""
    for item in excerpts:
        try:
            data = base64.b64encode(item.picture.read_bytes()).decode()
        except OSError:
            continue
        yield {"type": "text", "text": f"The picture of excerpt {item.number}:"}
        yield {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}}


def _endpoint(url: str) -> tuple[str, str]:
    """The address of the chat completions, and the host and port that it is on."""
    wrong = "answer.url must be an http or https address such as http://localhost:11434/v1"
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise ConfigError(wrong) from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ConfigError(wrong)
    if parts.username or parts.password or parts.query:
        raise ConfigError(f"{wrong}, and nothing secret in it: VSEARCH_ANSWER_KEY is for the key")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    host = f"{name}:{port}"
    return f"{parts.scheme}://{host}{path}/chat/completions", host


def _make(argument: str, context: PluginContext) -> OpenAIAnswerer:
    return OpenAIAnswerer(argument, context)


@hookimpl
def register_answerers(register: RegisterAnswerer) -> None:
    """Offer openai.v1, or openai.v1:MODEL for another model than the settings name."""
    register("openai.v1", _make)
