"""open_clip's tokenizers as `tokenizers` ones, which need neither torch nor transformers."""

from __future__ import annotations

from typing import Any

from vsearch.errors import ModelError

TEXTS = (
    "a photo of a cat",
    "Two dogs, running on the beach!",
    "it's 10:45 & we're late; don't ask",
    "Straße, naïve café — 東京 2024",
    "word " * 200,
)
WORD_PATTERN = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def ported_tokenizer(original: Any) -> Any:
    """A tokenizer that gives the same tokens as open_clip's own, which is checked here."""
    ported = (
        _from_transformers(original) if hasattr(original, "tokenizer") else _from_simple(original)
    )
    ours = [item.ids for item in ported.encode_batch(list(TEXTS))]
    theirs = original(list(TEXTS)).tolist()
    if ours != theirs:
        raise ModelError(
            f"the tokenizer {type(original).__name__} has no exact counterpart without torch; "
            f"choose another model"
        )
    return ported


def _from_simple(original: Any) -> Any:
    """CLIP's own byte-pair encoding."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    names = {number: token for token, number in original.encoder.items()}
    start, end = names[original.sot_token_id], names[original.eot_token_id]
    tokenizer = Tokenizer(
        models.BPE(
            vocab=original.encoder,
            merges=list(original.bpe_ranks),
            end_of_word_suffix="</w>",
            unk_token=end,
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
            normalizers.Lowercase(),
        ]
    )
    words = pre_tokenizers.Split(Regex(WORD_PATTERN), behavior="removed", invert=True)
    letters = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, letters])
    marks = [(start, original.sot_token_id), (end, original.eot_token_id)]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}", special_tokens=marks
    )
    tokenizer.enable_truncation(original.context_length)
    tokenizer.enable_padding(length=original.context_length, pad_id=0, pad_token=names[0])
    return tokenizer


def _from_transformers(original: Any) -> Any:
    """A tokenizer of the transformers library already is one inside."""
    from tokenizers import Tokenizer

    inner = Tokenizer.from_str(original.tokenizer.backend_tokenizer.to_str())
    inner.enable_truncation(original.context_length)
    pad = original.tokenizer.pad_token_id or 0
    inner.enable_padding(
        length=original.context_length,
        pad_id=pad,
        pad_token=original.tokenizer.pad_token or "[PAD]",
    )
    return inner
