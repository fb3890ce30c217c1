"""What can be wrong, as types. Each inherits the built-in too; none knows HTTP (`api.problems` does)."""


class YourAreaError(Exception):
    """Base of all our errors. Its text says what was wrong, where, and what to do; it may be shown to anybody.

    Args:
        text: the sentences, in English; `%(name)s` stands for a value where there are any.
        values: what stands in the sentences, by name; one that has a `name` is called by it. They are kept apart from
            the text so that a page can say the same in another language.

    >>> str(YourAreaError("%(typed)r is not a month.", typed="soon"))
    "'soon' is not a month."
    """

    def __init__(self, text: str = "", /, **values: object) -> None:
        named = {key: getattr(value, "name", value) for key, value in values.items()}
        super().__init__(text % named if values else text)
        self.text = text
        self.values = values


class BadMonth(YourAreaError, ValueError):
    """Not a month written YYYY-MM, or a month outside 2010-12 to 2032-03 (what an integer crime id can hold)."""


class BadLatLng(YourAreaError, ValueError):
    """Not two finite numbers of degrees within ±90 and ±180."""


class BadPostcode(YourAreaError, ValueError):
    """Not the shape of a UK postcode."""


class UnknownPostcode(YourAreaError, LookupError):
    """The shape of a postcode, but not one of the postcodes that are held."""


class UnknownForce(YourAreaError, LookupError):
    """No force of that id in the force register."""


class UnknownNeighbourhood(YourAreaError, LookupError):
    """No neighbourhood of that id in that force's generation."""


class UnknownCategory(YourAreaError, LookupError):
    """No such crime category."""


class UnknownGeneration(YourAreaError, LookupError):
    """No boundaries of that force with that first month."""


class UnknownLsoa(YourAreaError, LookupError):
    """No crime that is held carries that LSOA code."""


class UnknownSnapPoint(YourAreaError, LookupError):
    """No snap point of that id in the snap register."""


class UnknownRelease(YourAreaError, LookupError):
    """No release of that id is kept, or none is live yet."""


class ReleaseGone(YourAreaError, LookupError):
    """A release that served once and is no longer open."""


class BadPolygon(YourAreaError, ValueError):
    """Not a ring of three or more positions."""


class BadCell(YourAreaError, ValueError):
    """Not an H3 cell of a resolution that is drawn."""


class BadCursor(YourAreaError, ValueError):
    """Not a cursor that was given, or not one of this question."""


class BadParameter(YourAreaError, ValueError):
    """A parameter that is not known here, that cannot stand beside another, or that lacks another."""


class BadItem(YourAreaError, ValueError):
    """Something that a system sent to be published with a field that is not what it should be."""


class UnreadableSource(YourAreaError, ValueError):
    """A source file that is not what it should be: the file is left out and the live data stay as they were."""


class DamagedFile(YourAreaError, ValueError):
    """A file at rest that is missing, cut short or not what its name or manifest says."""


class StoreFormatTooNew(YourAreaError, ValueError):
    """Data written by a later version of this software."""


class Busy(YourAreaError, RuntimeError):
    """Another process holds the data folder's lock."""


class CheckFailed(YourAreaError, RuntimeError):
    """The staged data did not pass `check`; nothing was made live."""


class OutOfSpace(YourAreaError, OSError):
    """The disk is full; what was live is untouched."""
