"""Errors as pages: the same status, title and detail as the problem document that programs get."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from markupsafe import escape
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from api.problems import problem_of
from geo.errors import BadPostcode, UnknownForce, UnknownPostcode, UnknownRelease, YourAreaError
from web.answer import page_answer
from web.corner import corners_now
from web.header import SAFE
from web.language import Language, addresses, language_of
from web.old_address import unaliased
from web.page import Pages

PEOPLE = ("/area/", "/forces/", "/neighbourhood/", "/help/", "/embed/")
MACHINES = ("/api/", "/v1/", "/tiles/", "/static/", "/theme/", "/healthz", "/readyz", "/openapi.json")

Handler = Callable[[Request, Exception], Awaitable[Response]]


def explain_problems(site: FastAPI, in_each: Mapping[Language, Pages]) -> None:
    """Answer people with a page where programs get a problem document.

    Args:
        site: whose own handlers go on answering programs, and noting what was wrong.
        in_each: the pages of each language, in which a fault at one of their addresses is told.
    """

    def explaining(answer: Handler) -> Handler:
        async def explain(request: Request, error: Exception) -> Response:
            pages = in_each[language_of(request.url.path)]
            if isinstance(error, BadPostcode | UnknownPostcode) and for_people(request):
                try:
                    return await asyncio.to_thread(pages.ask_again, request, error)
                except UnknownRelease as none:
                    error = none
            if isinstance(error, UnknownForce) and (known := _by_alias(request)) is not None:
                return RedirectResponse(known, 301)
            response = await answer(request, error)
            return _page(request, error, response.headers, pages) if for_people(request) else response

        return explain

    kinds: tuple[Any, ...] = (YourAreaError, HTTPException, RequestValidationError, Exception)
    for kind in kinds:
        answer: Any = site.exception_handlers[kind]
        site.add_exception_handler(kind, explaining(answer))


def for_people(request: Request) -> bool:
    """Whether the reader is a person: a page's own address, or a browser at an address that is nobody's."""
    path = addresses(request.url.path)[0][1]  # as it is in English
    if path in ("/", "/find", "/forces", "/about", "/feedback", "/feedback/thanks") or path.startswith(PEOPLE):
        return True
    return not path.startswith(MACHINES) and "text/html" in request.headers.get("accept", "")


def _by_alias(request: Request) -> str | None:
    """The address of a page under the id of its force, where it was asked for under what else that was called."""
    language = language_of(request.url.path)
    named = unaliased(addresses(request.url.path)[0][1], corners_now(request).aliases)
    query = f"?{request.url.query}" if request.url.query else ""
    return None if named is None else f"{language.prefix}{named}{query}"


def _page(request: Request, error: Exception, headers: Mapping[str, str], pages: Pages) -> Response:
    problem = problem_of(error)
    language = pages.stage.language
    _ = language.words.gettext
    title, detail = language.local(problem.title), language.local(problem.detail)
    if isinstance(error, YourAreaError) and problem.detail == str(error):
        detail = escape(language.explain(error))
    if problem.slug == "not-found":
        title, detail = escape(_("Page not found")), escape(_("There is no page at this address."))
    if problem.slug == "unknown-release":  # programs are told what the operator needs; people, what they can do
        title = escape(_("There are no figures here at the moment"))
        detail = escape(_("Whoever runs this copy is putting them in or mending them. Please try again later."))
    context = {"title": title, "sentences": [detail], "invented": pages.invented()}
    html = pages.stage.page(request, "problem.html", context)
    # An unforeseen error is answered outside all middleware, so the page carries the safe headers itself.
    kept = {name: value for name, value in headers.items() if name.lower() in {"retry-after", "allow"}}
    return page_answer(request, html, status=problem.status, headers={**SAFE, **kept})
