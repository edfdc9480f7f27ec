"""Every deliberate error of svdocs, with its exit status and HTTP status.

SvdocsError
├── UsageError            wrong words on the command line or in a request
│   └── WrongMediaType    a body in a form that the address does not take
├── ConfigurationError    a setting that cannot be used
├── CannotRead            a document that cannot be read whole
│   ├── UnsupportedFile   a type that svdocs does not read
│   ├── EncryptedFile     a file that asks for a password
│   ├── DamagedFile       a file whose structure is broken
│   ├── LimitExceeded     a file over one of the limits of intake
│   └── ReaderDied        the reading process was killed, hung or crashed
├── CannotKeep            a file could not be kept: the disk is full or cannot be written
│   └── DiskFailed        a disk did not make safe what was written; nothing more is taken until svdocs starts again
├── NotSignedIn           somebody who has not said who they are
├── NotAllowed            a person whose role does not allow what they asked for
├── TooMany               more requests than one may send in a time
├── NotFound              a record that does not exist, or not for this person
├── Conflict              the record has moved on since it was read
│   ├── Busy              the database is busy with other work
│   ├── Outdated          what a change was based on is no longer what stands
│   ├── LeaseLost         a job is no longer held by who works on it
│   └── AlreadyThere      the same file is in the procurement already, and somebody must choose
└── ModelMismatch         a model or catalogue file whose hash is not the one expected

Each message says what is wrong, why, and what to do.
"""

from __future__ import annotations


class SvdocsError(Exception):
    """An error that svdocs raises on purpose; its text may be shown to a person."""

    code = "error"
    exit_status = 1
    http_status = 500


class UsageError(SvdocsError):
    """The command or request was worded wrongly."""

    code = "usage"
    exit_status = 2
    http_status = 422


class WrongMediaType(UsageError):
    """The request's body is in a form that this address does not take."""

    code = "wrong_media_type"
    http_status = 415


class ConfigurationError(SvdocsError):
    """A setting cannot be used."""

    code = "configuration"


class CannotRead(SvdocsError):
    """A document could not be read whole; it is kept and goes to a person."""

    code = "unreadable"
    exit_status = 2
    http_status = 422


class UnsupportedFile(CannotRead):
    """The file is of a type that svdocs does not read."""

    code = "unsupported"
    http_status = 415


class EncryptedFile(CannotRead):
    """The file asks for a password."""

    code = "encrypted"


class DamagedFile(CannotRead):
    """The file's structure is broken."""

    code = "damaged"


class LimitExceeded(CannotRead):
    """The file is over one of the limits of intake."""

    code = "over_limit"
    http_status = 413


class ReaderDied(CannotRead):
    """The reading process crashed, hung or ran out of memory or time."""

    code = "reader_died"


class CannotKeep(SvdocsError):
    """A file could not be kept: the disk is full or cannot be written."""

    code = "cannot_keep"
    http_status = 507


class DiskFailed(CannotKeep):
    """A disk said that what was written is not safe on it, so nothing is acknowledged any more by this process."""

    code = "disk_failed"
    http_status = 503


class NotSignedIn(SvdocsError):
    """Nobody has signed in, the sign-in is over, or the key is not valid."""

    code = "not_signed_in"
    exit_status = 2
    http_status = 401


class NotAllowed(SvdocsError):
    """The person may know that the record exists, and their role does not allow what they asked for."""

    code = "not_allowed"
    exit_status = 2
    http_status = 403


class TooMany(SvdocsError):
    """More requests came than one account, key or address may send."""

    code = "too_many"
    http_status = 429

    def __init__(self, message: str, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Whole seconds after which the next is answered."""


class NotFound(SvdocsError):
    """The record does not exist, or not for this person."""

    code = "not_found"
    exit_status = 2
    http_status = 404


class Conflict(SvdocsError):
    """The record has moved on since it was read."""

    code = "conflict"
    http_status = 409


class Busy(Conflict):
    """The database is busy with other work, and nothing was changed."""

    code = "busy"
    http_status = 503
    retry_after = 5
    """Whole seconds after which to try again."""


class Outdated(Conflict):
    """What the sender based a change on is no longer what stands, and nothing was changed."""

    code = "outdated"
    http_status = 412


class LeaseLost(Conflict):
    """The job has ended or another worker holds it; whoever meets this publishes nothing."""

    code = "lease_lost"


class AlreadyThere(Conflict):
    """The same supplier's file of the same bytes is there already; a person chooses what it is.

    Attributes:
        document_id: of the document that is there.
        name: under which that was handed in.
    """

    code = "already_there"

    def __init__(self, message: str, document_id: str = "", name: str = "") -> None:
        super().__init__(message)
        self.document_id = document_id
        self.name = name


class ModelMismatch(SvdocsError):
    """A model or catalogue file is not the one that was published."""

    code = "model_mismatch"
