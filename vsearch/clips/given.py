"""Moments in a file, as a search prints them and somebody may have changed them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vsearch.clips.making import place_of
from vsearch.contents import Contents
from vsearch.errors import QueryError
from vsearch.types import Place

SHAPE = '{"moments": [{"video": "talk.mp4", "start_s": 1.5, "end_s": 4}]}'


def read_moments(library: Contents, path: Path) -> list[Place]:
    """The stretches that a file names, in its order: what `vsearch search --json` prints will do.

    A video is a name, or an object with its id or path; all other names are left alone.
    """
    try:
        read: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise QueryError(f"{path} cannot be read: {error.strerror}") from error
    except RecursionError:
        raise QueryError(f"{path} is nested too deep: it should look like {SHAPE}") from None
    except ValueError as error:
        raise QueryError(f"{path} is no JSON ({error}): it should look like {SHAPE}") from error
    listed = read.get("moments", read.get("pieces")) if isinstance(read, dict) else read
    if not isinstance(listed, list) or not listed:
        raise QueryError(f"{path} names no moments: it should look like {SHAPE}")
    return [_place(library, item, f"{path}, moment {n}") for n, item in enumerate(listed, start=1)]


def _place(library: Contents, item: Any, where: str) -> Place:
    try:
        video = item["video"]
        named = video if isinstance(video, str) else video.get("id") or video["path"]
        start_s, end_s = float(item["start_s"]), float(item["end_s"])
        return place_of(library, str(named), start_s, end_s)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise QueryError(f"{where} is not as it should be: it should look like {SHAPE}") from error
    except QueryError as error:
        raise QueryError(f"{where}: {error}") from error
