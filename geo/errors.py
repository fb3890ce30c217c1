"""What can be wrong, as types. Each inherits the built-in too; none knows HTTP (`api.problems` does)."""


class YourAreaError(Exception):
    """Base of all our errors. Its text says what was wrong, where, and what to do; it may be shown to anybody."""


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


class UnknownRelease(YourAreaError, LookupError):
    """No release of that id is kept, or none is live yet."""


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
