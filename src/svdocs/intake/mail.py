"""A mail's own words and its attachments, from the two forms in which mails are saved.

An `.eml` file is a mail as it travels; an Outlook `.msg` file is an OLE container whose streams are named by the
number of a property. Nothing that a mail points to is fetched.
"""

from __future__ import annotations

import email
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage, Message
from email.policy import EmailPolicy, compat32
from io import BytesIO
from typing import TYPE_CHECKING

from svdocs.errors import DamagedFile, LimitExceeded
from svdocs.intake.safety import EML

if TYPE_CHECKING:
    from olefile import OleFileIO

MAX_PARTS = 2_000
MAX_DEPTH = 40
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_HEADER_FAULTS = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What the library raises over headers that it cannot make sense of."""
_SECRET = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"})

_ONLY_RICH = "The message's words are kept only as rich text, which is not read; save it as PDF."

_BROKEN = "The Outlook message is damaged, so some of it is missing; ask the supplier to save it again."

# Properties of an Outlook message, as its streams name them.
_SUBJECT, _SENDER, _SENDER_ADDRESS, _TO, _BODY, _HTML, _RICH = "0037", "0C1A", "5D01", "0E04", "1000", "1013", "1009"
_ATTACHED, _LONG_NAME, _SHORT_NAME, _DISPLAY_NAME = "3701", "3707", "3704", "3001"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that hangs on a mail; `is_message` if it is a mail of its own in a form that is not taken out."""

    name: str
    data: bytes
    is_message: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail.

    Attributes:
        subject, sender, to, date: as written; empty where there is none.
        text: its own words; empty where there are none, or they come only as HTML.
        html: the same as HTML, where there is no plain text.
        unread: why its words could not be taken; empty if they could.
        attachments: what hangs on it.
    """

    subject: str = ""
    sender: str = ""
    to: str = ""
    date: str = ""
    text: str = ""
    html: str = ""
    unread: str = ""
    attachments: tuple[Attachment, ...] = ()


def read_mail(data: bytes, media_type: str) -> Mail:
    """Return the mail.

    Raises:
        DamagedFile: it is no mail.
        LimitExceeded: it has too many parts.
    """
    return read_eml(data) if media_type == EML else read_msg(data)


def attachments_of(data: bytes, media_type: str) -> Iterator[Attachment]:
    """Yield what hangs on the mail; errors as in `read_mail`."""
    yield from read_mail(data, media_type).attachments


def read_eml(data: bytes) -> Mail:
    """Return a mail in the form in which mails travel; errors as in `read_mail`."""
    try:
        message = email.message_from_bytes(data, policy=_PatientPolicy())
        parts = list(_leaves(message))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise DamagedFile("The mail's structure is broken; ask the supplier to save it again.") from error
    plain: list[str] = []
    html: list[str] = []
    attachments: list[Attachment] = []
    for part in parts:
        kind = part.get_content_type()
        if kind in _SIGNATURES:
            continue
        if kind in ("text/plain", "text/html") and not _is_attached(part):
            (plain if kind == "text/plain" else html).append(_text_of(part))
        else:
            attachments.append(_attachment(part, len(attachments) + 1))
    secret = any(p.get_content_type() in _SECRET for p in (message, *parts))
    return Mail(
        subject=_header(message, "subject"),
        sender=_header(message, "from"),
        to=_header(message, "to"),
        date=_header(message, "date"),
        text="\n\n".join(t for t in plain if t.strip()),
        html="" if any(t.strip() for t in plain) else "\n".join(html),
        unread="The mail is encrypted; ask the sender for a copy that is not." if secret else "",
        attachments=tuple(attachments),
    )


class _PatientPolicy(EmailPolicy):
    """Gives a header that its own library cannot parse as it stands, without its control characters."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return the header's value."""
        try:
            header: str = super().header_fetch_parse(name, value)
            return header
        except _HEADER_FAULTS:
            return "".join(c if c.isprintable() else " " for c in value)


def _leaves(message: Message, depth: int = 0, seen: list[int] | None = None) -> Iterator[EmailMessage]:
    """Yield the parts of a mail that hold something; an attached mail counts as one part."""
    seen = [0] if seen is None else seen
    seen[0] += 1
    if depth > MAX_DEPTH or seen[0] > MAX_PARTS:
        raise LimitExceeded("The mail is made of more parts than svdocs takes; hand its attachments in as files.")
    payload = message.get_payload()
    if message.get_content_maintype() == "multipart" and isinstance(payload, list):
        for part in (p for p in payload if isinstance(p, Message)):
            yield from _leaves(part, depth + 1, seen)
    elif isinstance(message, EmailMessage):
        yield message


def _is_attached(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_file_name(part))


def _file_name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except _HEADER_FAULTS:
        return ""


def _text_of(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _attachment(part: EmailMessage, number: int) -> Attachment:
    name = _file_name(part)
    if part.get_content_type() == "message/rfc822":
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        data = _bytes_of_mail(inner) if isinstance(inner, Message) else b""
        return Attachment(name if name.endswith(".eml") else f"{name or f'mail-{number}'}.eml", data)
    payload = part.get_payload(decode=True)
    ending = mimetypes.guess_extension(part.get_content_type()) or ""
    return Attachment(name or f"attachment-{number}{ending}", payload if isinstance(payload, bytes) else b"")


def _bytes_of_mail(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except _HEADER_FAULTS:
        return message.as_bytes(policy=compat32)


def _header(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def read_msg(data: bytes) -> Mail:
    """Return an Outlook message; errors as in `read_mail`."""
    from olefile import DEFECT_FATAL, DEFECT_INCORRECT, OleFileIO

    faults = (OSError, ValueError, IndexError, KeyError, RecursionError, OverflowError)
    try:
        with OleFileIO(BytesIO(data), raise_defects=DEFECT_INCORRECT) as file:
            return _message_in(file)
    except faults:
        pass  # what is left of it is read with more patience, and told as such
    try:
        with OleFileIO(BytesIO(data), raise_defects=DEFECT_FATAL) as file:
            return replace(_message_in(file), unread=_BROKEN)
    except faults as error:
        raise DamagedFile("The Outlook message's structure is broken; ask the supplier to save it again.") from error


def _message_in(file: OleFileIO[str]) -> Mail:
    if not file.exists("__properties_version1.0"):
        raise ValueError("no message")
    text, html = _text_property(file, (), _BODY), _html_of(file)
    only_rich = not text.strip() and not html.strip() and file.exists(f"__substg1.0_{_RICH}0102")
    return Mail(
        subject=_text_property(file, (), _SUBJECT),
        sender=_text_property(file, (), _SENDER) or _text_property(file, (), _SENDER_ADDRESS),
        to=_text_property(file, (), _TO),
        text=text,
        html="" if text.strip() else html,
        unread=_ONLY_RICH if only_rich else "",
        attachments=tuple(_attachments_in(file)),
    )


def _attachments_in(file: OleFileIO[str]) -> Iterator[Attachment]:
    folders = sorted({path[0] for path in file.listdir(streams=True, storages=True) if path[0].startswith("__attach_")})
    for number, folder in enumerate(folders, 1):
        inside = (folder,)
        name = next(
            filter(None, (_text_property(file, inside, p) for p in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME))), ""
        )
        stream = [*inside, f"__substg1.0_{_ATTACHED}0102"]
        if file.exists(stream):
            yield Attachment(name or f"attachment-{number}", _bytes_of(file, stream))
        else:
            is_message = file.exists([*inside, f"__substg1.0_{_ATTACHED}000D"])
            yield Attachment(name or f"attachment-{number}", b"", is_message=is_message)


def _text_property(file: OleFileIO[str], inside: tuple[str, ...], number: str) -> str:
    """Return a property that is text: two bytes a letter, or one in the code page of Western Europe."""
    for form, encoding in (("001F", "utf-16-le"), ("001E", "cp1252")):
        stream = [*inside, f"__substg1.0_{number}{form}"]
        if file.exists(stream):
            return _bytes_of(file, stream).decode(encoding, "replace").rstrip("\0")
    return ""


def _html_of(file: OleFileIO[str]) -> str:
    stream = [f"__substg1.0_{_HTML}0102"]
    if file.exists(stream):
        return _bytes_of(file, stream).decode("utf-8", "replace").rstrip("\0")
    return _text_property(file, (), _HTML)


def _bytes_of(file: OleFileIO[str], stream: list[str]) -> bytes:
    data: bytes = file.openstream(stream).read()
    return data
