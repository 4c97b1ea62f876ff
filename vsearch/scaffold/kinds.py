"""The kinds of components that a new plugin can begin with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind: what its example does, and how that is put to use; {} stands for its name."""

    name: str
    does: str
    use: str

    @property
    def templates(self) -> tuple[str, str]:
        """Those of the component and of its tests."""
        stem = f"kinds/{self.name.replace('-', '_')}"
        return f"{stem}.py.in", f"{stem}_test.py.in"

    @property
    def of_registry(self) -> str:
        """What `vsearch plugins` calls it."""
        return self.name.replace("-", " ")


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name="embedder",
            does="finds pictures by the colours that a question names",
            use="vsearch index FOLDER --library try --embedder {}",
        ),
        Kind(
            name="text-encoder",
            does="finds words by how they are spelled, in any language",
            use="VSEARCH_MODELS_TEXT={} vsearch index FOLDER --library try",
        ),
        Kind(
            name="transcriber",
            does="writes down the keys of a telephone by their tones",
            use="VSEARCH_MODELS_SPEECH={} vsearch index FOLDER --library try",
        ),
        Kind(
            name="scene-splitter",
            does="finds cuts by how the colours of a picture are spread",
            use="VSEARCH_INDEX_SPLITTER={} vsearch index FOLDER --library try",
        ),
        Kind(
            name="screen-reader",
            does="reads the QR codes in a picture",
            use="VSEARCH_MODELS_SCREEN={} vsearch index FOLDER --library try",
        ),
        Kind(
            name="sound-listener",
            does="takes held tones for music, and what changes loudly for speech",
            use="VSEARCH_MODELS_SOUND={} vsearch index FOLDER --library try",
        ),
        Kind(
            name="fuser",
            does="lets the one part count that speaks for a row most",
            use="VSEARCH_SEARCH_FUSION={} vsearch search WORDS",
        ),
        Kind(
            name="answerer",
            does="answers with the shortest passage that shares most words with the question",
            use="vsearch ask QUESTION --with {}",
        ),
        Kind(
            name="exporter",
            does="writes what was found as a table in Markdown",
            use="vsearch search WORDS --export found.md",
        ),
    )
}
