"""What can go wrong for a user, each with a message, a hint and an exit code or HTTP status."""


class KgError(Exception):
    """An error that a user can mend.

    Args:
        message: what is wrong, one plain sentence without the final stop.
        hint: what to write or do instead; empty where there is nothing to add.
    """

    status = 400
    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(KgError):
    """A code, date or option that cannot be right. Exit code 2, HTTP 400."""


class NotFound(KgError):
    """The thing asked for is not in the graph. Exit code 2, HTTP 404."""

    status = 404


class Gone(NotFound):
    """What was asked for was here and is no longer kept. HTTP 410."""

    status = 410


class QueryError(KgError):
    """A SPARQL query that cannot be run. Exit code 2, HTTP 400."""


class Refused(QueryError):
    """A query that this service does not run: update, SERVICE, LOAD. HTTP 403."""

    status = 403


class LimitReached(QueryError):
    """A query that went past a limit, and would again. Nothing of its answer is given. HTTP 422."""

    status = 422
    exit_code = 1


class Busy(LimitReached):
    """Too many queries run at the moment; this one was not begun. HTTP 503."""

    status = 503


class Cancelled(QueryError):
    """A query that was ended by who asked it. Nothing of its answer is given. HTTP 503."""

    status = 503
    exit_code = 1


class SeedError(KgError):
    """The tables cannot be read at all. Exit code 1."""

    exit_code = 1


class StoreError(KgError):
    """The graph cannot be opened or asked. Exit code 1, HTTP 503."""

    status = 503
    exit_code = 1


class BuildError(KgError):
    """A build that publishes nothing. Exit code 1."""

    exit_code = 1
