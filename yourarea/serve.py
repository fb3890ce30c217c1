"""Serving the site: worker processes behind one socket, each of which follows the live release by itself."""

import errno
import logging
import os
import resource
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.supervisors import Multiprocess

from api.publish.database import open_updates
from api.publish.post import post_of
from geo.errors import YourAreaError
from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site
from web.staff.provider import read_providers
from web.theme_file import read_themes
from yourarea.mail_job import mails_beside
from yourarea.screen import say
from yourarea.setting import settings_of
from yourarea.worker import end_with_parent

logger = logging.getLogger(__name__)

KEEP_ALIVE_S = 65  # longer than the minute that proxies keep a connection, so that it is they who close it
GRACE_S = 20  # what a request under way may still take when the server is told to stop
HEALTH_S = 30  # a worker that is opening a release on a busy machine is not hung
BACKLOG = 2048

LOG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "words": {"()": "api.log.DiscreetFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "line": {"format": "%(message)s"},
    },
    "handlers": {
        "words": {"class": "logging.StreamHandler", "formatter": "words", "stream": "ext://sys.stderr"},
        "line": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stdout"},
    },
    "loggers": {
        "yourarea.access": {"handlers": ["line"], "level": "INFO", "propagate": False},
        "alembic": {"level": "WARNING"},
    },
    "root": {"handlers": ["words"], "level": "INFO"},
}


class PortTaken(YourAreaError, OSError):
    """Something else listens at that address, or it is not ours to listen at."""


def serve_folder(
    folder: DataFolder, host: str, port: int, workers: int, welcome: str = "", *, mails: bool = True
) -> None:
    """Serve a data folder by the settings in the environment, until told to stop.

    Args:
        folder: the data folder.
        host: address to listen at.
        port: to listen at.
        workers: processes.
        welcome: said once the port is ours.
        mails: whether e-mails are sent, where a mail server is set.
    """
    greet = (lambda: say(welcome)) if welcome else (lambda: None)
    serve(settings_of(WebSettings, data_dir=folder.root), host, port, workers, greet, mails=mails)


def serve(
    settings: WebSettings,
    host: str,
    port: int,
    workers: int,
    greet: Callable[[], None] = lambda: None,
    *,
    mails: bool = True,
) -> None:
    """Serve until told to stop; requests under way are finished first.

    Without a live release it serves nonetheless: `/readyz` answers 503 until there is one.

    Args:
        settings: of the site; handed to the workers through the environment.
        host: address to listen at.
        port: 0 for any that is free.
        workers: processes.
        greet: told once the port is ours, before anything is served.
        mails: whether e-mails are sent, where a mail server is set.

    Raises:
        PortTaken: that address cannot be listened at.
        BadTheme: a theme of the operator's cannot be worn.
        BadProviders: the identity providers of forces cannot be read.
        UnreadableSource: the updates database is none that can be used, or a setting of e-mails cannot be meant.
    """
    read_themes(settings.themes)  # each worker reads them too, but could not say so in one line
    read_providers(settings.staff_providers)
    post_of(settings)
    listening = listen(host, port)
    greet()
    os.environ.update(environment_of(settings))
    config = _config(workers)
    make_place_for_messages(settings)
    logger.info("Serving at http://%s:%d/ with %d workers. Ctrl+C stops it.", host, listening.getsockname()[1], workers)
    try:
        with mails_beside(settings, mails):
            Multiprocess(config, [listening]).run() if workers > 1 else uvicorn.Server(config).run([listening])
    except KeyboardInterrupt:  # asked to stop, and stopped
        pass
    finally:
        listening.close()


def _config(workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        "yourarea.serve:site",
        factory=True,
        workers=workers,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=LOG,
        access_log=False,  # it would hold paths, and so postcodes; `api.log` writes ours
        proxy_headers=False,  # `api.app` believes those of its trusted proxies, behind the tiles
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        timeout_worker_healthcheck=HEALTH_S,
    )


def make_place_for_messages(settings: WebSettings) -> None:
    """Make the updates database or bring it up to date, so that no reader's message does; without it we serve too.

    Raises:
        UnreadableSource: it is none that can be used.
    """
    updates = open_updates(settings)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        updates.bring_up_to_date()
    except (YourAreaError, SQLAlchemyError, OSError) as error:
        why = str(error) if isinstance(error, YourAreaError) else type(error).__name__
        logger.warning("Messages of readers cannot be kept: %s", why)
    finally:
        updates.close()


def site() -> FastAPI:
    """The site of the settings in the environment: what each worker process makes for itself."""
    end_with_parent()
    _raise_file_limit()
    return create_site(WebSettings())


def environment_of(settings: WebSettings) -> dict[str, str]:
    """The settings as the environment variables that make them again."""
    prefix = type(settings).model_config["env_prefix"]
    written = settings.model_dump(exclude_none=True)
    return {f"{prefix}{name}".upper(): _as_variable(value) for name, value in written.items()}


def _as_variable(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that worker processes can share.

    Raises:
        PortTaken: that address cannot be listened at.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        taken = "something else listens there" if error.errno == errno.EADDRINUSE else error.strerror
        raise PortTaken(f"Cannot listen at {host}, port {port}: {taken}. Choose another with --port.") from error
    listening.set_inheritable(True)
    return listening


def _raise_file_limit() -> None:
    """Each month's archive is a mapped file and each reader a socket: more than the usual limit of 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
