"""Where each row of an index lies: its scene, its video and its times, in a file that is mapped.

DuckDB lets no writer in while a reader has the catalog open, so a search opens it anew and finds
none of it in memory: to look up a hundred of a million keyframes then takes longer than the search.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vsearch.types import Frame, Scene, TimeSpan
from vsearch_index.rows import Connection

COLUMNS = np.dtype(
    [
        ("scene_id", "<i8"),
        ("pts_s", "<f8"),
        ("start_s", "<f8"),
        ("end_s", "<f8"),
        ("scene_start_s", "<f8"),
        ("scene_end_s", "<f8"),
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class FrameTable:
    """The keyframes of a generation, in the order of its rows: ids ascend, videos are numbered."""

    ids: NDArray[np.int64]
    places: NDArray[Any]
    video_of: NDArray[np.int32]
    videos: NDArray[np.bytes_]

    @classmethod
    def derive(cls, connection: Connection) -> FrameTable:
        """Read all keyframes of a catalog."""
        found = connection.execute(
            "WITH numbered AS "
            "(SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM videos) "
            "SELECT f.id AS id, s.id AS scene_id, n.number AS video, f.pts_s AS pts_s, "
            "f.start_s AS start_s, f.end_s AS end_s, s.start_s AS scene_start_s, "
            "s.end_s AS scene_end_s FROM frames f JOIN scenes s ON s.id = f.scene_id "
            "JOIN numbered n ON n.id = f.video_id ORDER BY f.id"
        ).fetchnumpy()
        places = np.empty(len(found["id"]), COLUMNS)
        for name in COLUMNS.names or ():
            places[name] = found[name]
        videos = connection.execute("SELECT id FROM videos ORDER BY id").fetchall()
        return cls(
            np.asarray(found["id"], np.int64),
            places,
            np.asarray(found["video"], np.int32),
            np.array([video_id.encode() for (video_id,) in videos], dtype=np.bytes_),
        )

    def write(self, path: Path) -> None:
        """Write the places; whoever calls keeps the ids and arrays()."""
        with path.open("wb") as file:
            np.save(file, self.places, allow_pickle=False)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What read() needs besides the file and the ids."""
        return {"video_of": self.video_of, "videos": self.videos}

    @classmethod
    def read(
        cls, path: Path, ids: NDArray[np.int64], arrays: Mapping[str, NDArray[Any]]
    ) -> FrameTable:
        """Open the places that write() wrote."""
        places = np.load(path, mmap_mode="r", allow_pickle=False)
        if places.shape != ids.shape or places.dtype != COLUMNS:
            raise ValueError(f"{path} does not belong to these ids")
        return cls(ids, places, arrays["video_of"], arrays["videos"])

    def at(self, positions: NDArray[np.int64]) -> list[tuple[Frame, Scene]]:
        """The keyframes at these positions and their scenes."""
        places = zip(positions.tolist(), self.places[positions].tolist(), strict=True)
        return [self._pair(position, place) for position, place in places]

    def of_videos(self, video_ids: Collection[str]) -> NDArray[np.bool_]:
        """Which rows are of these videos."""
        chosen = np.zeros(len(self.videos), dtype=bool)
        chosen[self._numbers(video_ids)] = True
        found: NDArray[np.bool_] = chosen[self.video_of]
        return found

    def _numbers(self, video_ids: Collection[str]) -> NDArray[np.int64]:
        wanted = np.array([video_id.encode() for video_id in video_ids], dtype=np.bytes_)
        if not len(wanted) or not len(self.videos):
            return np.zeros(0, np.int64)
        at = np.minimum(np.searchsorted(self.videos, wanted), len(self.videos) - 1)
        return np.unique(at[self.videos[at] == wanted])

    def _pair(self, position: int, place: tuple[Any, ...]) -> tuple[Frame, Scene]:
        scene_id, pts_s, start_s, end_s, scene_start_s, scene_end_s = place
        video_id = self.videos[self.video_of[position]].decode()
        span = TimeSpan(start_s=start_s, end_s=end_s)
        whole = TimeSpan(start_s=scene_start_s, end_s=scene_end_s)
        scene = Scene(id=scene_id, video_id=video_id, span=whole)
        frame_id = int(self.ids[position])
        return Frame(id=frame_id, scene_id=scene_id, pts_s=pts_s, span=span), scene
