"""H.264 as far as cutting needs it: units of a stream, and what parameter sets say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

IDR, SEI, SPS, PPS, DELIMITER = 5, 6, 7, 8, 9
WIDE_PROFILES = {44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244}
ANY_SHAPE = 255


class Unusual(Exception):  # noqa: N818 - not an error: a reason to encode everything again
    """A stream is not of the plain kind that can be cut without encoding all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What the header of an MP4 track says: its first bytes, its parameter sets, and the rest."""

    head: bytes
    sequences: tuple[bytes, ...]
    pictures: tuple[bytes, ...]
    rest: bytes = b""

    @property
    def ids(self) -> set[int]:
        """The numbers that the parameter sets go by."""
        sequences = {Bits(unit[4:]).golomb() for unit in self.sequences}
        return sequences | {Bits(unit[1:]).golomb() for unit in self.pictures}

    def joined(self, other: Parameters) -> bytes:
        """A header with the parameter sets of both."""
        sequences = self.sequences + other.sequences
        pictures = self.pictures + other.pictures
        written = bytes([0xE0 | len(sequences)]) + b"".join(map(_sized, sequences))
        written += bytes([len(pictures)]) + b"".join(map(_sized, pictures))
        return self.head + written + self.rest


def parameters_of(header: bytes) -> Parameters:
    """Read the header of an MP4 track; only lengths of four bytes are taken."""
    if len(header) < 7 or header[0] != 1 or header[4] & 3 != 3:
        raise Unusual("parameter sets are not kept as MP4 keeps them")
    sequences, at = _sets(header, 6, header[5] & 31)
    pictures, at = _sets(header, at + 1, header[at])
    return Parameters(head=header[:5], sequences=sequences, pictures=pictures, rest=header[at:])


def _sets(header: bytes, at: int, count: int) -> tuple[tuple[bytes, ...], int]:
    found = []
    for _ in range(count):
        size = int.from_bytes(header[at : at + 2], "big")
        found.append(header[at + 2 : at + 2 + size])
        at += 2 + size
    if at > len(header):
        raise Unusual("parameter sets are cut short")
    return tuple(found), at


def _sized(unit: bytes) -> bytes:
    return len(unit).to_bytes(2, "big") + unit


def units(packet: bytes) -> Iterator[bytes]:
    """The units of a packet, each of which has its length before it."""
    at = 0
    while at + 4 <= len(packet):
        size = int.from_bytes(packet[at : at + 4], "big")
        if not size or at + 4 + size > len(packet):
            raise Unusual("a packet does not hold what it says")
        yield packet[at + 4 : at + 4 + size]
        at += 4 + size


def kind(unit: bytes) -> int:
    """The number of what a unit is."""
    return unit[0] & 31


def from_stream(data: bytes) -> Iterator[bytes]:
    """The units of a stream that has start codes between them."""
    yield from data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:]


def own_parameters(header: bytes) -> Parameters:
    """What an encoder says of itself, with start codes."""
    found = list(from_stream(header))
    return Parameters(
        head=b"",
        sequences=tuple(unit for unit in found if kind(unit) == SPS),
        pictures=tuple(unit for unit in found if kind(unit) == PPS),
    )


def as_packet(data: bytes) -> bytes:
    """A picture with start codes as a packet of an MP4 track, without what its header says."""
    kept = [unit for unit in from_stream(data) if kind(unit) not in {SEI, SPS, PPS, DELIMITER}]
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in kept)


class Bits:
    """Reads a parameter set bit by bit."""

    def __init__(self, data: bytes) -> None:
        plain = data.replace(b"\0\0\3", b"\0\0")
        self._bits = "".join(f"{byte:08b}" for byte in plain[:400])
        self._at = 0

    def take(self, count: int = 1) -> int:
        """The next bits as a number."""
        taken = self._bits[self._at : self._at + count]
        self._at += count
        if len(taken) < count:
            raise Unusual("a parameter set is cut short")
        return int(taken or "0", 2)

    def golomb(self) -> int:
        """The next number of no fixed length."""
        zeros = 0
        while not self.take():
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)


def check_plain(sequences: Sequence[bytes], reordered: bool) -> None:
    """Refuse parameter sets of other than progressive 8-bit 4:2:0 with a known order."""
    for unit in sequences:
        bits = Bits(unit[4:])
        bits.golomb()
        if unit[1] in WIDE_PROFILES:
            _check_samples(bits)
        _skip_order(bits)
        if not _is_progressive(bits):
            raise Unusual("it is interlaced")
        if reordered and not _tells_order(bits):
            raise Unusual("it does not say how far its frames are reordered")


def _check_samples(bits: Bits) -> None:
    if bits.golomb() != 1 or bits.golomb() or bits.golomb():
        raise Unusual("it is not 8-bit 4:2:0")
    if bits.take() or bits.take():
        raise Unusual("it is lossless, or has scaling lists")


def _skip_order(bits: Bits) -> None:
    bits.golomb()
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        raise Unusual("it counts its pictures in cycles")
    bits.golomb()
    bits.take()


def _is_progressive(bits: Bits) -> bool:
    bits.golomb()
    bits.golomb()
    return bool(bits.take())


def _tells_order(bits: Bits) -> bool:
    """Whether the last part of a parameter set limits how far frames are reordered."""
    bits.take()
    if bits.take():
        for _ in range(4):
            bits.golomb()
    if not bits.take():
        return False
    if bits.take() and bits.take(8) == ANY_SHAPE:
        bits.take(32)
    if bits.take():
        bits.take()
    if bits.take():
        bits.take(4)
        if bits.take():
            bits.take(24)
    if bits.take():
        bits.golomb()
        bits.golomb()
    if bits.take():
        bits.take(65)
    return _after_timing(bits)


def _after_timing(bits: Bits) -> bool:
    rates = [_skip_rates(bits) for _ in range(2) if bits.take()]
    if rates:
        bits.take()
    bits.take()
    return bool(bits.take())


def _skip_rates(bits: Bits) -> bool:
    count = bits.golomb() + 1
    bits.take(8)
    for _ in range(count):
        bits.golomb()
        bits.golomb()
        bits.take()
    bits.take(20)
    return True
