"""Documents as they leave the server: files have a name and a link there, and no place on it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from starlette.requests import Request

from vsearch.serve.keys import Keys


class Links:
    """Addresses of what a document speaks of, as the client of a request sees them."""

    def __init__(self, root: str, keys: Keys) -> None:
        self._root = root.rstrip("/")
        self._keys = keys

    def to(self, path: str) -> str:
        """The address of a path, with the signature that a player needs where there is a key."""
        return f"{self._root}{path}{self._keys.link(path)}"

    def of_video(self, video_id: str) -> dict[str, str]:
        """The addresses of a video's file, and of what is said in it."""
        files = {"media": "media", "subtitles": "subtitles.vtt"}
        return {name: self.to(f"/v1/videos/{video_id}/{file}") for name, file in files.items()}

    def picture(self, thumbnail: str) -> str:
        """The address of a keyframe's picture, which the library keeps as VIDEO/FRAME.jpg."""
        path = PurePath(thumbnail)
        return self.to(f"/v1/videos/{path.parent.name}/frames/{path.stem}.jpg")

    def published(self, value: Any) -> Any:
        """A document without any path on the server, its texts as JSON can hold them."""
        if isinstance(value, Mapping):
            return {
                name: content
                for key, item in value.items()
                for name, content in self._entry(key, item).items()
            } | (self.of_video(value["id"]) if {"id", "path"} <= set(value) else {})
        if isinstance(value, list | tuple):
            return [self.published(item) for item in value]
        return clean(value) if isinstance(value, str) else value

    def _entry(self, key: str, item: Any) -> dict[str, Any]:
        if key in {"path", "library"}:
            return {"name" if key == "path" else key: clean(Path(item).name)}
        if key == "paths":
            return {"names": sorted({clean(Path(path).name) for path in item})}
        if key == "thumbnail":
            return {"picture": None if item is None else self.picture(item)}
        return {key: self.published(item)}


def links_of(request: Request, keys: Keys) -> Links:
    """The addresses as the client of this request sees them."""
    return Links(str(request.scope.get("root_path", "")), keys)


def clean(text: str) -> str:
    """A text that UTF-8 can hold: names of files need not be Unicode."""
    return text.encode("utf-8", "replace").decode()
