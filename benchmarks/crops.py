"""How often an upright crop holds what moves: made-up scenes, and where their subject is.

python benchmarks/crops.py --scenes 300

A subject moves somewhere in a wide picture, before a background with finer detail than it has; the
camera stands still, shakes or pans. Counted are the pictures in which the subject lies wholly in
the crop: of the window that is chosen, of one in the middle, of one where the finest detail is, and
of the best that a window that stands still can do.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vsearch.clips import windows
from vsearch.clips.wishes import Shape
from vsearch.types import Picture

WIDTH, HEIGHT = 160, 90
PICTURES = 20
CAMERAS = ("still", "shaking", "panning")
SHAPE: Shape = "9:16"


@dataclass(frozen=True, slots=True)
class Scene:
    """Pictures, and the left and right edge of the subject in each."""

    camera: str
    pictures: list[Picture]
    edges: NDArray[np.int64]


def made_up(seed: int) -> Scene:
    """A scene by its seed."""
    chance = np.random.default_rng(seed)
    camera = CAMERAS[seed % len(CAMERAS)]
    wide = _background(chance, WIDTH + 80, HEIGHT + 20)
    size = int(chance.integers(14, 34))
    subject = _background(chance, size, size) // 2 + chance.integers(0, 128, 3, np.uint8)
    reach = int(chance.integers(2, 30))
    left = int(chance.integers(0, WIDTH - size - reach))
    top = int(chance.integers(0, HEIGHT - size))
    turns = chance.uniform(0.5, 2)
    pictures, edges = [], []
    for number in range(PICTURES):
        right, down = _camera(camera, number, chance)
        picture = wide[down : down + HEIGHT, right : right + WIDTH].copy()
        x = left + round(reach * (0.5 - 0.5 * np.cos(2 * np.pi * turns * number / PICTURES)))
        picture[top : top + size, x : x + size] = subject
        noise = chance.normal(0, 3, picture.shape)
        pictures.append(np.clip(picture + noise, 0, 255).astype(np.uint8))
        edges.append((x, x + size))
    return Scene(camera, pictures, np.array(edges))


def _background(chance: np.random.Generator, width: int, height: int) -> Picture:
    """Soft clouds of colour, with a patch of fine detail somewhere."""
    coarse = chance.uniform(40, 210, (height // 9 + 2, width // 9 + 2, 3))
    rows = np.linspace(0, coarse.shape[0] - 1.001, height)
    columns = np.linspace(0, coarse.shape[1] - 1.001, width)
    soft = coarse[rows.astype(int)][:, columns.astype(int)]
    patch = max(2, width // 5)
    at = int(chance.integers(0, width - patch))
    soft[:, at : at + patch] += chance.normal(0, 40, (height, patch, 1))
    return np.clip(soft, 0, 255).astype(np.uint8)


def _camera(camera: str, number: int, chance: np.random.Generator) -> tuple[int, int]:
    """How far right and down the camera looks."""
    if camera == "still":
        return 40, 10
    if camera == "shaking":
        return 40 + int(chance.integers(-3, 4)), 10 + int(chance.integers(-3, 4))
    return 2 + number * 3, 10


def whole(edges: NDArray[np.int64], left: float, width: float) -> float:
    """The share of the pictures in which the subject lies in a window; half a pixel is let go."""
    inside = (edges[:, 0] >= left - 0.5) & (edges[:, 1] <= left + width + 0.5)
    return float(inside.mean())


def shares(scene: Scene) -> dict[str, float]:
    """How often the subject is whole, by how the window is chosen."""
    window = windows.window_of(scene.pictures, SHAPE)
    width = window.width * WIDTH
    finest = windows.window_of(scene.pictures[:1], SHAPE).left * WIDTH
    best = max(whole(scene.edges, left, width) for left in np.arange(0, WIDTH - width))
    return {
        "chosen": whole(scene.edges, window.left * WIDTH, width),
        "middle": whole(scene.edges, (WIDTH - width) / 2, width),
        "finest detail": whole(scene.edges, finest, width),
        "best possible": best,
    }


def means(scenes: Sequence[Scene]) -> dict[str, float]:
    """The mean share over scenes, by how the window is chosen."""
    found = [shares(scene) for scene in scenes]
    return {name: float(np.mean([item[name] for item in found])) for name in found[0]}


def main() -> None:
    """Print the shares for each way that a camera moves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=300)
    count = parser.parse_args().scenes
    scenes = [made_up(seed) for seed in range(count)]
    for camera in (*CAMERAS, "all"):
        some = [scene for scene in scenes if camera in {scene.camera, "all"}]
        told = ", ".join(f"{name} {share:.2f}" for name, share in means(some).items())
        print(f"{camera:8s} {len(some):4d} scenes: {told}")


if __name__ == "__main__":
    main()
