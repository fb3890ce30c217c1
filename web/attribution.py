"""Whom the data come from, in the words that their licences ask for."""

from collections.abc import Callable

from geo.store.release import Release


def attribution(release: Release, gettext: Callable[[str], str]) -> tuple[str, ...]:
    """A sentence for each owner of what the release holds; none for an invented place, which is nobody's.

    The words are those of the Open Government Licence v3.0 and of Ordnance Survey's and the ONS's open postcode files,
    which ask for the year of supply: that of the release stands for it.
    """
    if release.register.invented:
        return ()
    manifest = release.manifest
    year = f" {manifest.checked_at.year}" if manifest.checked_at else ""
    sentences = [
        gettext("Contains public sector information licensed under the Open Government Licence v3.0."),
        gettext("Police data: data.police.uk."),
    ]
    if manifest.postcodes or manifest.force_areas or manifest.generations:
        sentences.append(gettext("Contains OS data © Crown copyright and database right") + f"{year}.")
    if manifest.postcodes:
        sentences += [
            gettext("Contains Royal Mail data © Royal Mail copyright and database right") + f"{year}.",
            gettext("Contains National Statistics data © Crown copyright and database right") + f"{year}.",
        ]
    return tuple(sentences)
