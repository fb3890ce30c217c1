"""The site on a port, with one more staff page: it publishes a priority and what was done about it, or neither."""

import sys
from datetime import UTC, datetime

import uvicorn
from starlette.responses import PlainTextResponse, Response

from api.publish.item.put import put
from api.publish.item.written import WrittenAction, WrittenPriority
from api.publish.policy import Deed
from web.settings import WebSettings
from web.site import create_site, stage_of
from web.staff.route import StaffRoutes
from web.staff.visit import Visit


def publish(visit: Visit) -> Response:
    """Both in one transaction, acknowledged when it has ended."""
    number, now = visit.text("number"), datetime.now(UTC).replace(tzinfo=None)
    with visit.updates.writing() as connection:
        put(connection, visit.actor, visit.where, f"p{number}", WrittenPriority(issue=number, issued_at=now))
        done = WrittenAction(action=f"Done about {number}", acted_at=now)
        put(connection, visit.actor, visit.where, f"a{number}", done, part_of=f"p{number}")
    return PlainTextResponse(number, 201)


if __name__ == "__main__":
    settings = WebSettings()
    site = create_site(settings)
    routes = StaffRoutes(stage_of(settings), site.state.live.current)
    routes.send("/staff/publish/{force_id}/{neighbourhood_id}", Deed.PUBLISH, publish)
    site.router.routes[0:0] = routes.router.routes
    uvicorn.run(site, port=int(sys.argv[1]), log_config=None, access_log=False)
