"""Which device torch runs on, and in which precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vsearch.errors import ConfigError

if TYPE_CHECKING:
    import torch


def pick_device(wanted: str) -> torch.device:
    """The device asked for, or the best there is."""
    import torch

    if wanted != "auto":
        try:
            return torch.zeros(1, device=wanted).device
        except (RuntimeError, AssertionError) as error:
            reason = str(error).splitlines()[0]
            raise ConfigError(f"the device {wanted!r} cannot be used: {reason}") from error
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def pick_precision(wanted: str, device: torch.device) -> torch.dtype:
    """The precision asked for, or the fastest that the device computes natively."""
    import torch

    named = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
    if wanted != "auto":
        return named[wanted]
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if device.type == "cpu" and _cpu_has_bf16():
        return torch.bfloat16
    return torch.float32


def _cpu_has_bf16() -> bool:
    """Whether the CPU multiplies bf16 in hardware; emulated it would be slower than fp32."""
    import torch

    capabilities = torch.backends.cpu.get_cpu_capability()
    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check()) if check and capabilities.startswith("AVX512") else False
