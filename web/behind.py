"""What the pages behind a neighbourhood's own have in common."""

from typing import Any

from fastapi import Request

from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web.address import neighbourhood_address
from web.answer import Sheet, validator_of
from web.frame import frame
from web.live_page import LivePages
from web.place import territorial
from web.state_word import state_word

BEHIND = "/neighbourhood/{force_id}/{neighbourhood_id:path}/"  # routed before a neighbourhood's own, whose id takes all


class BehindPages(LivePages):
    """Pages at a neighbourhood's address and one part more."""

    def opened(
        self, request: Request, release: Release, ref: NeighbourhoodRef, part: str, asked: str
    ) -> tuple[Sheet, dict[str, Any]]:
        """The sheet to answer on, and what every template of such a page is told; `asked` is what the reader chose.

        Raises:
            UnknownForce: not in the register, or without an area.
        """
        force, language, own = territorial(release, ref.force_id), self.stage.language, neighbourhood_address(ref)
        chosen = (ref.force_id, ref.id, asked, part, str(self.today()))
        context = {
            **frame(release, language),
            "force": force,
            "police": (force.name, force.url),
            "state_word": lambda state: state_word(state, language),
            "back": own,
            "canonical": f"{own}/{part}",
        }
        return Sheet(request, validator_of(release.id, self.stage.edition, *chosen)), context
