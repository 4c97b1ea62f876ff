"""Search at scale: a made-up library of any size, from the text of a question to finished moments.

    python benchmarks/scale.py --rows 1000000 --library /tmp/large [--kinds sq8 ivf]

The library is written once (a million rows take 6 GB of disk while both kinds are there) and used
again if it is there. Everything on the way is the real thing: MiniLM encodes the words, both blocks
in turn, then the drawn question takes their place; the index, the catalog and the grouping are
those of any search. Machines are noisy, and quiet moments say more: each figure is the median, and
behind it the best of all, and the first line is how long one core takes just to read as many bytes
as sq8 holds, in the same minute.
"""

from __future__ import annotations

import argparse
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from synthetic import Question, use_blocks_of, write_library

from vsearch.components import Components
from vsearch.config import load_config
from vsearch.protocols import TextEncoder
from vsearch.query.asked import question_of
from vsearch.query.search import GroupBy, How, find_moments
from vsearch.types import SPEECH, VISUAL, WORDS, Block, Matrix, VectorSpace, Video
from vsearch_index.derive import joint_rows
from vsearch_index.generations import Generation
from vsearch_index.store import LibraryStore
from vsearch_index.vectors import VectorIndex

WEIGHTS = {VISUAL: 1.0, SPEECH: 1.0}
SHARES = (0.5, 0.1, 0.01, 0.0001)
RECALL_AT = 20
TEXT = "a man repairs a red bicycle in front of a house"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--kinds", nargs="*", default=["sq8", "ivf"])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--fusion", default="power.v1")
    parser.add_argument("--like", type=Path, help="a real library, for its models")
    options = parser.parse_args()
    if options.like:
        use_blocks_of(options.like)
    questions = library_of(options.library, options.rows)[: options.questions]
    truth = exact_rows(options.library, questions)
    for kind in options.kinds:
        publish(options.library, kind)
        measure(options.library, questions, truth, options.fusion)


def library_of(path: Path, rows: int) -> list[Question]:
    """The questions about a library, which is written if it is not there."""
    kept = path / "index" / "questions.pickle"
    if not kept.exists():
        started = time.perf_counter()
        questions = write_library(path, rows, seed=1)
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(pickle.dumps(questions))
        print(f"{rows} rows written in {time.perf_counter() - started:.0f} s")
    return list(pickle.loads(kept.read_bytes()))


def publish(path: Path, kind: str) -> None:
    """Write the index in a process of its own, which tells how much memory that takes."""
    code = (
        "import resource, sys, time; from pathlib import Path\n"
        "from vsearch_index.store import LibraryStore\n"
        "store = LibraryStore(Path(sys.argv[1]), use_gpu=False, kind=sys.argv[2])\n"
        "start = time.perf_counter()\n"
        "with store.writer() as writer: writer.publish()\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6\n"
        "print(f'{sys.argv[2]}: written in {time.perf_counter() - start:.0f} s, '\n"
        "      f'at most {peak:.1f} GB of memory')\n"
    )
    print(flush=True)
    subprocess.run([sys.executable, "-c", code, str(path), kind], check=True)


def exact_rows(path: Path, questions: list[Question]) -> list[NDArray[np.int64]]:
    """The frames that are nearest by float32, from the vectors in the catalog, block by block."""
    store = LibraryStore(path, use_gpu=False)
    with store._catalog.reading() as connection:
        frames, space, take, _ = joint_rows(connection)
    queries = np.vstack([space.query(question, WEIGHTS) for question in questions])
    best = np.full((len(queries), RECALL_AT), -np.inf, np.float32)
    where = np.zeros(best.shape, np.int64)
    for start in range(0, len(frames.ids), 65_536):
        part = np.arange(start, min(start + 65_536, len(frames.ids)))
        scores = np.hstack([best, queries @ take(part).T])
        places = np.hstack([where, np.broadcast_to(part, (len(queries), len(part)))])
        chosen = np.argpartition(-scores, RECALL_AT - 1, axis=1)[:, :RECALL_AT]
        best = np.take_along_axis(scores, chosen, axis=1)
        where = np.take_along_axis(places, chosen, axis=1)
    return list(frames.ids[where])


def measure(
    path: Path, questions: list[Question], truth: list[NDArray[np.int64]], fusion: str
) -> None:
    """Print what one index does."""
    before = memory()
    started = time.perf_counter()
    store = LibraryStore(path, use_gpu=False)
    generation = store.generation()
    print(f"opened in {(time.perf_counter() - started) * 1000:.0f} ms")
    index = generation.index
    queries = [generation.space.query(question, WEIGHTS) for question in questions]
    show("reading as many bytes", timed(reads(len(index) * generation.space.dim), range(20)))
    show("index, 120 rows", timed(lambda query: index.search(query, 120), queries))
    after = memory()
    grown = {name: f"{(after[name] - before[name]) / 1e3:.2f} GB" for name in after}
    print("  memory after that: " + ", ".join(f"{name} {size}" for name, size in grown.items()))
    found = [set(index.ids[index.search(query, RECALL_AT)[0]].tolist()) for query in queries]
    recall = [
        len(ids & set(best.tolist())) / RECALL_AT for ids, best in zip(found, truth, strict=True)
    ]
    print(f"  recall@{RECALL_AT} of float32: {np.mean(recall):.3f}, least {min(recall):.2f}")
    if index.kind == "ivf":
        print(f"  looks into {index.rows.nprobe} of {index.rows.nlist} lists")
    filters(generation, queries)
    whole(store, questions, fusion)


def filters(generation: Generation, queries: list[Matrix]) -> None:
    """Print how long searches among a part of the rows take, against those among all."""
    index, random = generation.index, np.random.default_rng(5)
    for share in SHARES:
        size = max(1, int(len(index) * share))
        among = np.sort(random.choice(len(index), size, replace=False))
        several, every = beside(index, queries[:40], among)
        ratio = statistics.median(several) / statistics.median(every)
        show(f"among {share:.2%} of rows ({ratio:.2f} x all)", several)


def beside(
    index: VectorIndex, queries: list[Matrix], among: NDArray[np.int64]
) -> tuple[list[float], list[float]]:
    """Each query among some rows, and at once among all."""
    several, every = [], []
    for query in queries:
        several += timed(lambda query: index.search(query, 120, among), [query])
        every += timed(lambda query: index.search(query, 120), [query])
    return several, every


@dataclass(frozen=True)
class Drawn:
    """Encodes the words for real, in both blocks, and gives the drawn question instead."""

    encoder: TextEncoder
    question: Question

    def text(self, block: Block, text: str) -> Matrix:
        """The drawn vector, after the words have been encoded as any are."""
        self.encoder.embed_texts([text])
        return self.question[block.name]

    def picture(self, block: Block, path: Path) -> Matrix:
        """No question here has a picture."""
        raise NotImplementedError

    def video(self, name: str) -> Video:
        """No question here names a video."""
        raise NotImplementedError


def whole(store: LibraryStore, questions: list[Question], fusion: str) -> None:
    """Print how long it takes from words to moments, and of that the encoder."""
    components = Components(load_config(), print)
    space = VectorSpace(name="", dim=384, revision="")
    encoder = components.encoder(Block(name=SPEECH, component="minilm.v1", space=space))
    fuser = components.fuser(fusion)

    def ask(numbered: tuple[int, Question], by: GroupBy = "scene", more: str = "") -> object:
        number, drawn = numbered
        question = question_of(f"{TEXT} {number} {more}")
        how = How(fuser=fuser, weights=dict.fromkeys((VISUAL, SPEECH, WORDS), 1.0), by=by)
        return find_moments(store.rows(), question, Drawn(encoder, drawn), how)

    def encode(numbered: tuple[int, Question]) -> object:
        return encoder.embed_texts([f"{TEXT} {numbered[0]}"])

    numbered = list(enumerate(questions))
    show("one encoding", timed(encode, numbered))
    show("words to 10 moments", timed(ask, numbered))
    show("the same of long videos", timed(lambda pair: ask(pair, more="longer:60s"), numbered))
    show("words to 10 videos", timed(lambda pair: ask(pair, "video"), numbered))


def reads(size: int) -> Callable[[object], object]:
    """Reads that many bytes of memory."""
    data = np.ones(size // 8, np.int64)  # zeros would take no memory
    return lambda _: data.max()


def timed(work: Callable[..., object], items: Iterable[object]) -> list[float]:
    """How long each takes, in ms, after one that does not count."""
    several = list(items)
    work(several[0])
    return [once(lambda item=item: work(item)) for item in several]


def once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def show(label: str, times: list[float]) -> None:
    middle, most = np.percentile(times, [50, 95])
    print(f"  {label:34s} p50 {middle:6.1f} ms, p95 {most:6.1f}, best {min(times):6.1f}")


def memory() -> dict[str, float]:
    """What this process holds of its own and of mapped files, in MB; Linux only."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    return {"own": int(sizes["RssAnon"]) / 1e3, "mapped": int(sizes["RssFile"]) / 1e3}


if __name__ == "__main__":
    main()
