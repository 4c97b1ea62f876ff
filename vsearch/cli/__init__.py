"""The command line: one file for each command, loaded only when that command runs."""

from __future__ import annotations

import io
import os
import sys

from vsearch.offline import allow_connections

EXIT_CODES = {
    "VsearchError": 1,
    "ConfigError": 2,
    "QueryError": 2,
    "UnknownVideo": 2,
    "VideoError": 3,
    "StoreError": 4,
    "LibraryBusy": 5,
    "ModelError": 6,
    "PluginError": 7,
    "AnswerError": 8,
}
INTERRUPTED = 130


def main() -> None:
    """Run the command line; every error a person can cause ends in one clear line and a code."""
    try:
        code = _run()
    except BaseException as error:
        if not _was_interrupt(error):
            raise
        code = _fail("interrupted", INTERRUPTED)
    finally:
        allow_connections()
    sys.exit(code)


def _run() -> int:
    from vsearch.cli.app import app
    from vsearch.errors import VsearchError

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # file names need not be Unicode
    try:
        code = app(standalone_mode=False)
    except VsearchError as error:
        code = _fail(str(error), _code_of(error))
    except BrokenPipeError:
        code = _hang_up()
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        code = _fail(f"{where}{error.strerror or error}", 1)
    except Exception as error:  # noqa: BLE001 - click's own errors know how to show themselves
        code = _usage(error)
    return code if isinstance(code, int) else 0


def _was_interrupt(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind an error: a library that is interrupted raises its own."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt) or str(error) == "Query interrupted":
            return True
        error = error.__cause__ or error.__context__
    return False


def _code_of(error: Exception) -> int:
    """The code of the error's class, or of the nearest class above that has one."""
    return next(
        EXIT_CODES[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in EXIT_CODES
    )


def _usage(error: Exception) -> int:
    """Show a usage error the way click does; anything else is a bug and keeps its traceback."""
    if type(error).__name__ == "Abort":
        return _fail("interrupted", INTERRUPTED)
    show = getattr(error, "show", None)
    if show is None:
        raise error
    show()
    return int(getattr(error, "exit_code", 2))


def _fail(message: str, code: int) -> int:
    print(f"Error: {message}", file=sys.stderr)
    return code


def _hang_up() -> int:
    """Whoever read our output has closed it, as `head` does: leave without a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
