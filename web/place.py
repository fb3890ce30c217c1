"""The pages that people share: forces from A to Z, a force's neighbourhoods, and a neighbourhood."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.police.force import updates_of
from api.publish import content
from api.publish.database import Updates
from api.queries.find import by_letter, neighbourhoods_of
from api.queries.neighbourhood import NeighbourhoodAnswer, crime_in, index_of
from api.queries.team import TeamAnswer, team_at, team_of, team_revision
from geo.category import Category, category_of
from geo.errors import UnknownForce, UnknownNeighbourhood
from geo.force import Force
from geo.month import Month
from geo.neighbourhood import Neighbourhood, NeighbourhoodRef
from geo.place_name import folded
from geo.store.release import Release
from web import cartography
from web.address import force_address, neighbourhood_address
from web.answer import Sheet, page_answer, validator_of
from web.area_map import supply_words
from web.attribution import attribution
from web.frame import frame
from web.header import LOCATING
from web.live_page import LivePages
from web.neighbourhood_map import neighbourhood_map
from web.neighbourhood_view import NeighbourhoodView
from web.page import category_items
from web.stage import Stage
from web.state_word import month_items


class PlacePages(LivePages):
    """`/forces`, `/forces/{force}` and `/neighbourhood/{force}/{neighbourhood}`."""

    def router(self) -> APIRouter:
        """The routes."""
        return self.routed(
            {
                "/forces": self.forces,
                "/forces/{force_id}": self.force,
                "/neighbourhood/{force_id}/{neighbourhood_id:path}": self.neighbourhood,
            }
        )

    def forces(self, request: Request) -> Response:
        """The forces that have an area of their own, from A to Z, with how many neighbourhoods are held of each."""
        release = self.current()
        validator = validator_of(release.id, self.stage.edition, "forces")
        sheet = Sheet(request, validator, LOCATING)
        if sheet.held:
            return sheet.unchanged()
        held = release.neighbourhoods.force_ids
        gettext = self.stage.language.words.gettext
        territorial = (one for one in release.register if one.territorial)
        listed = sorted(territorial, key=lambda one: folded(gettext(one.name)))
        rows = [(force, held.count(force.id)) for force in listed]
        context = {**frame(release, self.stage.language), "rows": rows}
        return sheet.whole(self.stage.page(request, "forces.html", context))

    def force(self, request: Request, force_id: str, district: str = "") -> Response:
        """A force's neighbourhoods from A to Z, or those of one local authority."""
        release = self.current()
        force = territorial(release, force_id)
        held = neighbourhoods_of(release, force_id)
        names = {} if held else _published_names(updates_of(request), force_id)
        validator = validator_of(release.id, self.stage.edition, force_id, district, repr(names))
        sheet = Sheet(request, validator, LOCATING)
        if sheet.held:
            return sheet.unchanged()
        district_of = release.gazetteer.districts_of(force_id) if release.gazetteer is not None else {}
        districts = sorted(set(district_of.values()), key=folded)
        shown = [one for one in held if district_of.get(one.ref.id) == district] if district in districts else held
        named = [Neighbourhood(NeighbourhoodRef(force_id, known), name) for known, name in names.items()]
        context = {
            **frame(release, self.stage.language),
            "force": force,
            "police": (force.name, force.url),
            "letters": by_letter(shown),
            "n": len(shown),
            "districts": [(name, force_address(force_id, name)) for name in districts],
            "district": district if district in districts else None,
            "named": named,
            "canonical": force_address(force_id),
        }
        return sheet.whole(self.stage.page(request, "force.html", context))

    def neighbourhood(
        self, request: Request, force_id: str, neighbourhood_id: str, month: str = "", category: str = ""
    ) -> Response:
        """What was recorded in a neighbourhood and what its team publishes: the page that can be shared."""
        release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
        territorial(release, force_id)
        updates = updates_of(request)
        if force_id not in release.neighbourhoods.force_ids:
            return self._named_only(request, release, ref, updates)
        index_of(release, ref)
        revision = team_revision(updates, ref)
        validator = validator_of(
            release.id, self.stage.edition, *(ref.force_id, ref.id, month, category, revision, str(self.today()))
        )
        sheet = Sheet(request, validator)
        if sheet.held:
            return sheet.unchanged()
        chosen = category_of(category) if category else None
        answer = crime_in(release, ref, Month.parse(month) if month else None, chosen)
        context = self.context_of(release, ref, team_at(updates, ref, revision, self.today()), answer, chosen)
        return sheet.whole(self.stage.page(request, "neighbourhood.html", context))

    def context_of(
        self, release: Release, ref: NeighbourhoodRef, team: TeamAnswer, answer: NeighbourhoodAnswer,
        chosen: Category | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """What the template of a neighbourhood's page asks for."""
        figures = figures_context(self.stage, self.today(), release, answer, chosen)
        return {**self._team_context(release, ref, team), **figures}

    def _named_only(self, request: Request, release: Release, ref: NeighbourhoodRef, updates: Updates) -> Response:
        """A neighbourhood of a force without boundaries here: what its team publishes, and no figures."""
        name = published_name(updates, ref)
        context = {**self._team_context(release, ref, team_of(updates, ref, self.today())), "name": name}
        return page_answer(request, self.stage.page(request, "neighbourhood.html", context))

    def _team_context(self, release: Release, ref: NeighbourhoodRef, team: TeamAnswer) -> dict[str, Any]:
        force = release.register.force(ref.force_id)
        return {
            **frame(release, self.stage.language),
            "force": force,
            "police": (force.name, force.url),
            "team": team,
            "ref": ref,
            "release": release,
            "canonical": neighbourhood_address(ref),
        }


def figures_context(
    stage: Stage,
    today: date,
    release: Release,
    answer: NeighbourhoodAnswer,
    chosen: Category | None,
    *,
    embedded: bool = False,
) -> dict[str, Any]:
    """What the templates of a neighbourhood's figures ask for; `embedded` where its map stands without the tables."""
    language, view = stage.language, NeighbourhoodView(answer, chosen, today)
    months, page = month_items(answer, language), neighbourhood_address(answer.neighbourhood.ref)
    sources = attribution(release, language.words.gettext)
    return {
        "view": view,
        "answer": answer,
        "name": answer.neighbourhood.name,
        "months": months,
        "mapped_months": [item for item in months if f"month-{item['value']}" in release.tiles],
        "categories": category_items(answer.month, chosen, language.words.gettext),
        "map": neighbourhood_map(
            answer,
            release.tiles,
            stage.assets,
            language,
            chosen,
            waiting=stage.waiting(view, page, answer.month, chosen, embedded=embedded),
            attribution=" ".join(sources) or language.words.gettext("An invented place"),
        ),
        "map_state": supply_words(answer, language),
        "cartography": cartography,
    }


def territorial(release: Release, force_id: str) -> Force:
    """The force of that id, where it has an area of its own.

    Raises:
        UnknownForce: not in the register, or without an area.
    """
    force = next((one for one in release.register if one.id == force_id and one.territorial), None)
    if force is None:
        raise UnknownForce("No police force of that name is known here.")
    return force


def name_held(release: Release, updates: Updates, ref: NeighbourhoodRef) -> str:
    """What a neighbourhood is called: by its boundaries, or by what its team publishes where its force has none here.

    Raises:
        UnknownNeighbourhood: neither knows it.
    """
    if ref.force_id in release.neighbourhoods.force_ids:
        return release.neighbourhoods.names[index_of(release, ref)]
    return published_name(updates, ref)


def published_name(updates: Updates, ref: NeighbourhoodRef) -> str:
    """The name under which something is published of a neighbourhood.

    Raises:
        UnknownNeighbourhood: nothing is.
    """
    name = _published_names(updates, ref.force_id).get(ref.id)
    if name is None:
        raise UnknownNeighbourhood("No neighbourhood of that id is held of that force.")
    return name


def _published_names(updates: Updates, force_id: str) -> dict[str, str]:
    with updates.reading() as connection:
        return content.neighbourhood_names(connection, force_id)
