"""Whether a release and the updates database go together, before one is made live beside the other."""

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from api.publish.database import HEAD, READ, Updates, open_updates
from api.publish.staff_table import SUCCESSION
from api.settings import ApiSettings
from geo.errors import CheckFailed, StoreFormatTooNew, YourAreaError
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from yourarea.screen import warn
from yourarea.setting import settings_of


def agreement(folder: DataFolder, *, despite: bool = False) -> Callable[[Manifest], None]:
    """What to ask of a release before it is made live.

    Args:
        folder: the data folder.
        despite: whether a release is taken that has older boundaries than what is published belongs to.
    """

    def agreed(release: Manifest) -> None:
        updates = open_updates(settings_of(ApiSettings, data_dir=folder.root))
        try:
            require_agreement(updates, release, despite=despite)
        finally:
            updates.close()

    return agreed


def require_agreement(updates: Updates, release: Manifest, *, despite: bool = False) -> None:
    """Refuse a release that does not go with the updates database; one that cannot be asked is only warned of.

    Raises:
        StoreFormatTooNew: the database, or the release, was made by a later version of this software.
        CheckFailed: what is published belongs to later boundaries than the release has.
    """
    if release.updates_schema is not None and release.updates_schema > HEAD:
        raise StoreFormatTooNew(
            f"{release.release_id} was checked by a later version of this software: it expects the updates database to "
            f"have schema {release.updates_schema}, and this one writes {HEAD}."
        )
    try:
        updates.current()
        needed = _generations_needed(updates)
    except StoreFormatTooNew:
        raise
    except (YourAreaError, SQLAlchemyError) as error:
        why = str(error) if isinstance(error, YourAreaError) else type(error).__name__
        warn(f"Whether the updates database goes with {release.release_id} cannot be told: {why}")
        return
    held = {one.force: one.first_month for one in release.current_generations}
    behind = [f"{force} needs that from {month}" for force, month in needed if force not in held or held[force] < month]
    if behind and not despite:
        raise CheckFailed(
            f"{release.release_id} has older boundaries than what is published belongs to: {'; '.join(behind)}. "
            "Teams would have no page. --despite-updates makes it live all the same."
        )


def _generations_needed(updates: Updates) -> list[tuple[str, Month]]:
    """Of each force whose teams followed a succession, the first month of the boundaries that they followed."""
    if updates.schema() not in READ:
        return []
    asked = select(SUCCESSION.c.force_id, func.max(SUCCESSION.c.generation)).group_by(SUCCESSION.c.force_id)
    with updates.reading() as connection:
        return [(force_id, Month.parse(month)) for force_id, month in connection.execute(asked)]
