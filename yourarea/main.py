"""The `yourarea` command, from its start to its exit status."""

import signal
import sys

from geo.errors import YourAreaError

_INTERRUPTED = 130  # how Typer ends after Ctrl+C


def app() -> None:
    """Run the command. Exit status 0 is done, 1 is something went wrong and was said, 2 is a wrong command line.

    Worker processes import this module anew, so it imports the commands no earlier than here.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever stops us, by key or by service manager
    try:
        from yourarea.command import cli

        cli()
    except KeyboardInterrupt:
        _stopped()
    except SystemExit as done:
        if done.code != _INTERRUPTED:
            raise
        _stopped()
    except YourAreaError as error:
        sys.stderr.write(f"yourarea: {error}\n")
        sys.exit(1)


def _stopped() -> None:
    sys.stderr.write("yourarea: stopped; what is live is as it was. Run the command again to finish.\n")
    sys.exit(1)
