"""The demo county: an invented place on Dogger Bank, written as data.police.uk would publish it."""

from ingest.demo.county import CountyFiles, write_county

__all__ = ["CountyFiles", "write_county"]
