"""Vector tiles read back, field by field as the format allows, so that what was written is judged by other code."""

from collections.abc import Iterator
from dataclasses import dataclass, field

_LENGTH_DELIMITED = 2
Value = str | int


@dataclass
class Feature:
    """A feature as it stands: key and value indices in turn, and command integers."""

    id: int = 0
    kind: int = 0
    tag: list[int] = field(default_factory=list)
    geometry: list[int] = field(default_factory=list)


@dataclass
class Layer:
    """A layer of one tile."""

    name: str = ""
    version: int = 1
    extent: int = 4_096
    features: list[Feature] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)

    def properties(self, feature: Feature) -> dict[str, Value]:
        """The properties of a feature.

        Raises:
            ValueError: a tag points outside the layer's keys or values.
        """
        try:
            pairs = zip(feature.tag[::2], feature.tag[1::2], strict=True)
            return {self.keys[key]: self.values[value] for key, value in pairs}
        except IndexError as error:
            raise ValueError(f"a tag of feature {feature.id} points outside its layer") from error


def decode(tile: bytes) -> list[Layer]:
    """The layers of a tile that is no longer gzipped.

    Raises:
        ValueError: not a vector tile, or one with values other than texts and whole numbers, which we never write.
    """
    try:
        return [_layer(body) for number, body in _fields(tile) if number == 3 and isinstance(body, bytes)]
    except (IndexError, TypeError) as error:
        raise ValueError("a tile breaks off in the middle of a field") from error


def _layer(message: bytes) -> Layer:
    layer = Layer()
    for number, body in _fields(message):
        match number, body:
            case 1, bytes():
                layer.name = body.decode()
            case 2, bytes():
                layer.features.append(_feature(body))
            case 3, bytes():
                layer.keys.append(body.decode())
            case 4, bytes():
                layer.values.append(_value(body))
            case 5, int():
                layer.extent = body
            case 15, int():
                layer.version = body
            case _:
                raise ValueError(f"a layer has an unknown field {number}")
    return layer


def _feature(message: bytes) -> Feature:
    feature = Feature()
    for number, body in _fields(message):
        match number, body:
            case 1, int():
                feature.id = body
            case 2, bytes():
                feature.tag = _packed(body)
            case 3, int():
                feature.kind = body
            case 4, bytes():
                feature.geometry = _packed(body)
            case _:
                raise ValueError(f"a feature has an unknown field {number}")
    return feature


def _value(message: bytes) -> Value:
    for number, body in _fields(message):
        if number == 1 and isinstance(body, bytes):
            return body.decode()
        if number == 5 and isinstance(body, int):
            return body
    raise ValueError("a value is neither a text nor a whole number")


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(number, content) of each field: a number, or the bytes of a text or a message."""
    at, end = 0, len(message)
    while at < end:
        head, at = _varint(message, at)
        wire = head & 7
        if wire == 0:
            number, at = _varint(message, at)
            yield head >> 3, number
            continue
        if wire != _LENGTH_DELIMITED:
            raise ValueError(f"a field has the unexpected wire type {wire}")
        length, at = _varint(message, at)
        if at + length > end:
            raise ValueError("a field is longer than what is left")
        yield head >> 3, message[at : at + length]
        at += length


def _packed(body: bytes) -> list[int]:
    """The variable-length integers in some bytes."""
    if body.isascii():  # each below 128, as most are
        return list(body)
    found, at = [], 0
    while at < len(body):
        number, at = _varint(body, at)
        found.append(number)
    return found


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A variable-length integer, and where the next begins."""
    byte = message[at]
    if byte < 0x80:
        return byte, at + 1
    number, shift = byte & 0x7F, 7
    while True:
        at += 1
        byte = message[at]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at + 1
        shift += 7
