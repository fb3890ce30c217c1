"""The resources of `/v1`, in the order in which the document lists them."""

from api.v1 import count, coverage, crime, page

ROUTERS = (crime.router, count.router, coverage.router, page.router)
