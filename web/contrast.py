"""How well one colour stands out from another, as WCAG 2.2 measures it."""

TEXT = 4.5  # WCAG 2.2, success criterion 1.4.3, level AA
TEXT_WELL = 7.0  # 1.4.6, level AAA
SHAPE = 3.0  # 1.4.11: parts of pictures, borders, focus

_CHANNEL = 255
_WEIGHTS = (0.2126, 0.7152, 0.0722)  # of red, green and blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours written `#rrggbb`, from 1 (none) to 21 (black on white).

    >>> round(contrast("#000000", "#ffffff"), 2), contrast("#14284b", "#14284b")
    (21.0, 1.0)
    >>> round(contrast("#767676", "#ffffff"), 2)
    4.54
    """
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour written `#rrggbb`, from 0 to 1."""
    return sum(weight * _linear(part) for weight, part in zip(_WEIGHTS, _parts(colour), strict=True))


def through(colour: str, opacity: float, ground: str) -> str:
    """What is seen of a colour that lets the ground under it through.

    >>> through("#000000", 0.5, "#ffffff")
    '#808080'
    """
    mixed = (opacity * own + (1 - opacity) * under for own, under in zip(_parts(colour), _parts(ground), strict=True))
    return "#" + "".join(f"{round(part * _CHANNEL):02x}" for part in mixed)


def _parts(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[at : at + 2], 16) / _CHANNEL for at in (1, 3, 5))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
