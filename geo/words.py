"""English words for the public that stand in code: marked, so that they are gathered for translation."""

from typing import NewType

# A call of it marks its text: pages look it up in the catalogue of their language.
Words = NewType("Words", str)
