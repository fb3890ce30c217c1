"""The resources of `/v1`, in the order in which the document lists them."""

from api.v1 import (
    boundary,
    cell,
    count,
    coverage,
    crime,
    crosswalk,
    guarantee,
    listing,
    neighbourhood,
    page,
    publishing,
    stop,
    submission,
)

ROUTERS = (
    neighbourhood.router,
    listing.router,
    crime.router,
    count.router,
    cell.router,
    boundary.router,
    stop.router,
    guarantee.router,
    coverage.router,
    crosswalk.router,
    page.router,
    publishing.router,
    submission.router,
)
