"""Makes the components that a library needs, each once and when it is first wanted."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, TypeVar

from vsearch.config import Config, answer_key, cache_folders
from vsearch.errors import ConfigError, ModelError, PluginError, VsearchError
from vsearch.joint import PROBES
from vsearch.models.choose import choose_embedder, choose_listener, choose_transcriber
from vsearch.models.known import EMBEDDERS
from vsearch.models.store import ModelStore
from vsearch.protocols import (
    Answerer,
    Embedder,
    Fuser,
    Notify,
    PluginContext,
    ScreenReader,
    SoundListener,
    TextEncoder,
    Transcriber,
)
from vsearch.registry import Registry, load_registry
from vsearch.types import SCREEN, SPEECH, VISUAL, Block, Matrix, VectorBatch

if TYPE_CHECKING:
    from vsearch.pipeline.record import Stages

TEXT_ENCODER = "minilm.v1"
T = TypeVar("T", bound=TextEncoder)


def open_models(config: Config, notify: Notify = lambda line: None) -> ModelStore:
    """The model files of this machine."""
    models = config.models
    return ModelStore(
        models.folder,
        caches=cache_folders(),
        hub=models.hub,
        hub_timeout_s=models.hub_timeout_s,
        offline=models.offline,
        notify=notify,
    )


class Components:
    """The encoders, the splitter and the transcriber that settings and library call for."""

    def __init__(self, config: Config, notify: Notify) -> None:
        self._config = config
        self._notify = notify
        # Two threads that import the same heavy library at once get in each other's way.
        self._lock = threading.RLock()
        self._embedders: dict[str, Embedder] = {}
        self._encoders: dict[str, TextEncoder] = {}
        self._warm: set[int] = set()
        self._used: set[int] = set()
        self._transcriber: Transcriber | None = None
        self._reader: ScreenReader | None = None

    def close(self) -> None:
        """Let go of every model; each is loaded again when it is wanted again."""
        with self._lock:
            for made in (self._embedders, self._encoders, self._warm, self._used):
                made.clear()
            self._transcriber = self._reader = None
            self.__dict__.pop("_made_listener", None)

    @property
    def models(self) -> ModelStore:
        """The model files of this machine."""
        with self._lock:
            return self._models

    @property
    def registry(self) -> Registry:
        """The components of all plugins."""
        with self._lock:
            return self._registry

    @property
    def context(self) -> PluginContext:
        """What the components may use."""
        with self._lock:
            return self._context

    @cached_property
    def _models(self) -> ModelStore:
        return open_models(self._config, self._notify)

    @cached_property
    def _registry(self) -> Registry:
        return load_registry(self._config.plugins)

    @cached_property
    def _context(self) -> PluginContext:
        models = self._config.models
        return PluginContext(
            weights=self.models,
            device=models.device,
            precision=models.precision,
            offline=models.offline,
            scene_min_s=self._config.index.scene_min_s,
            notify=self._notify,
            answer=self._config.answer,
            answer_key=answer_key(),
        )

    def encoder(self, block: Block) -> TextEncoder:
        """What turns a question into a vector of this block; loads no more than its text side."""
        with self._lock:
            if block.name == VISUAL:
                return self._embedder(block.component)
            return self._encoder(block.component)

    def embed_texts(self, block: Block, texts: Sequence[str]) -> VectorBatch:
        """Texts as vectors of this block; the first call loads what the encoder needs, so that one
        is made by one thread alone."""
        encoder = self.encoder(block)
        if id(encoder) in self._used:
            return encoder.embed_texts(texts)
        with self._lock:
            batch = encoder.embed_texts(texts)
            self._used.add(id(encoder))
        return batch

    def languages(self, block: Block) -> frozenset[str] | None:
        """The languages that the text encoder of this block knows; None where it does not say."""
        return getattr(self.encoder(block), "languages", None)

    def embedder(self, block: Block) -> Embedder:
        """What turns pictures into vectors of this block."""
        with self._lock:
            return self._warmed(self._embedder(block.component), block.component)

    def embedder_for(self, setting: str) -> tuple[Embedder, Block, Matrix]:
        """The embedder that a setting names, the block it fills, and the probes in its space."""
        spec = choose_embedder(setting, self.models, self._notify)
        with self._lock:
            made = self._warmed(self._embedder(spec), spec)
            block = Block(name=VISUAL, component=spec, space=made.space)
            return made, block, made.embed_texts(PROBES).matrix

    def fuser(self, spec: str) -> Fuser:
        """The rule that puts pictures, speech and words together."""
        return self.registry.fuser(spec, self.context)

    def answerer(self, spec: str) -> Answerer:
        """Who answers questions from what was found."""
        return self.registry.answerer(spec, self.context)

    def stages(self, known: tuple[Block, ...]) -> Stages:
        """The components of an index run over a library with these blocks."""
        from vsearch.pipeline.record import Stages

        visual = self._asked_for(VISUAL, self._config.models.embedder, known)
        spoken = self._asked_for(SPEECH, self._config.models.text, known) or TEXT_ENCODER
        reads = self._config.index.screen_text or SCREEN in {block.name for block in known}
        texts = (SPEECH, SCREEN) if reads else (SPEECH,)

        @cache
        def visual_spec() -> str:
            return visual or choose_embedder("auto", self.models, self._notify)

        def embedder() -> Embedder:
            with self._lock:
                return self._warmed(self._embedder(visual_spec()), visual_spec())

        def encoder() -> TextEncoder:
            with self._lock:
                return self._warmed(self._encoder(spoken), spoken)

        def blocks() -> tuple[Block, ...]:
            pictures, words = embedder().space, self._encoder(spoken).space
            return (
                Block(name=VISUAL, component=visual_spec(), space=pictures),
                *(Block(name=name, component=spoken, space=words) for name in texts),
            )

        @cache
        def probes() -> dict[str, Matrix]:
            words = encoder().embed_texts(PROBES).matrix
            return {VISUAL: embedder().embed_texts(PROBES).matrix} | dict.fromkeys(texts, words)

        return Stages(
            splitter=self.registry.scene_splitter(self._config.index.splitter, self.context),
            embedder=embedder,
            encoder=encoder,
            transcriber=self._make_transcriber,
            reader=self._make_reader,
            listener=self._listener,
            blocks=blocks,
            probes=probes,
        )

    def _asked_for(self, name: str, setting: str, known: tuple[Block, ...]) -> str:
        """The component that settings and library agree on; empty if both leave it open."""
        recorded = next((block.component for block in known if block.name == name), "")
        wanted = EMBEDDERS.get(setting, setting) if name == VISUAL else setting
        if wanted == "auto" or (recorded and wanted == recorded):
            return recorded
        if recorded:
            switch = f" change the library with `vsearch models switch {setting}`,"
            raise ConfigError(
                f"the library was made with {recorded} for its {name} vectors, and {wanted} cannot "
                f"be mixed in. Leave the setting out,{switch if name == VISUAL else ''} "
                f"or use another library with --library NAME"
            )
        return wanted

    def _embedder(self, spec: str) -> Embedder:
        if spec not in self._embedders:
            self._embedders[spec] = self.registry.embedder(spec, self.context)
        return self._embedders[spec]

    def _encoder(self, spec: str) -> TextEncoder:
        if spec not in self._encoders:
            self._encoders[spec] = self.registry.text_encoder(spec, self.context)
        return self._encoders[spec]

    def _warmed(self, component: T, spec: str) -> T:
        if id(component) not in self._warm:
            _warm_up(component, spec)
            self._warm.add(id(component))
        return component

    def _make_transcriber(self) -> Transcriber:
        with self._lock:
            if self._transcriber is None:
                spec = choose_transcriber(self._config.models.speech, self.models, self._notify)
                made = self.registry.transcriber(spec, self.context)
                _warm_up(made, spec)
                self._transcriber = made
            return self._transcriber

    def _make_reader(self) -> ScreenReader:
        with self._lock:
            if self._reader is None:
                spec = self._config.models.screen
                made = self.registry.screen_reader(spec, self.context)
                _warm_up(made, spec)
                self._reader = made
            return self._reader

    @cached_property
    def _made_listener(self) -> SoundListener | None:
        """What tells sounds apart; none if that is switched off, or left open and out of reach."""
        setting = self._config.models.sound
        if not self._config.index.sound:
            return None
        spec = choose_listener(setting)
        try:
            made = self.registry.sound_listener(spec, self.context)
            _warm_up(made, spec)
        except ModelError as error:
            if setting != "auto":
                raise
            self._notify(f"{error}; going on without shares of speech, music and silence")
            return None
        return made

    def _listener(self) -> SoundListener | None:
        with self._lock:
            return self._made_listener


def _warm_up(
    component: TextEncoder | Transcriber | ScreenReader | SoundListener, spec: str
) -> None:
    try:
        component.warm_up()
    except VsearchError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise PluginError(f"{spec} could not be loaded: {reason}") from error
