"""An upload's form read as it comes in: its file goes into the spool, its few short fields into memory.

The framework's own form reading writes a file to a temporary place first, from where it would be copied: twice the
writing, and room needed where nobody looks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from svdocs.errors import UsageError
from svdocs.records.keep import Spool

MAX_FIELDS = 20
MAX_FIELD_BYTES = 10_000
MAX_PART_HEADERS = 8
MAX_HEADER_BYTES = 4_096
FILE_FIELD = "file"

_UNUSABLE = "The upload's form cannot be read ({}); send it as multipart/form-data with one file in the field `file`."


@dataclass
class _Part:
    """The part of the form that is coming in."""

    headers: dict[bytes, bytes] = field(default_factory=dict)
    name: str = ""
    is_file: bool = False
    value: bytearray = field(default_factory=bytearray)


class UploadForm:
    """Takes the body of a request piece by piece.

    Attributes:
        fields: the short fields by name; of one that comes twice the last counts.
        file_name: as the sender gives it; None while there is no file.
    """

    def __init__(self, content_type: str, spool: Spool, fields: dict[str, str]) -> None:
        """Make ready for a body of this content type, whose fields are written into `fields`.

        Raises:
            UsageError: it is no form with parts.
        """
        self.fields = fields
        self.file_name: str | None = None
        self._spool = spool
        self._part = _Part()
        self._header = (bytearray(), bytearray())
        self._count = 0
        self._ended = False
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise UsageError(_UNUSABLE.format("it is no multipart/form-data with a boundary"))
        try:
            self._parser = MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._open_part,
                    "on_part_data": self._take_data,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
                max_header_count=MAX_PART_HEADERS,
                max_header_size=MAX_HEADER_BYTES,
            )
        except FormParserError as error:
            raise UsageError(_UNUSABLE.format(error)) from error

    def write(self, data: bytes) -> None:
        """Take the next bytes of the body.

        Raises:
            UsageError: it is no form, has too many or too long fields, or more than one file.
            LimitExceeded: the file is longer than it may be.
            CannotKeep: the disk is full or cannot be written.
        """
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise UsageError(_UNUSABLE.format(error)) from error

    def finish(self) -> None:
        """Say that the body has ended.

        Raises:
            UsageError: the form has not: part of the file may be missing.
        """
        if not self._ended:
            raise UsageError("The upload ended before its end, so nothing of it was kept; send it again.")

    def _begin_part(self) -> None:
        self._part = _Part()
        self._count += 1
        if self._count > MAX_FIELDS:
            raise UsageError(_UNUSABLE.format(f"it has more than {MAX_FIELDS} fields"))

    def _end_header(self) -> None:
        name, value = self._header
        self._part.headers[bytes(name).lower()] = bytes(value)
        self._header = (bytearray(), bytearray())

    def _open_part(self) -> None:
        disposition = self._part.headers.get(b"content-disposition", b"").decode("latin-1")
        _, options = parse_options_header(disposition)
        self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            return
        if self._part.name != FILE_FIELD or self.file_name is not None:
            raise UsageError(_UNUSABLE.format("there is more than one file in it, or in another field"))
        self._part.is_file = True
        self.file_name = options[b"filename"].decode("utf-8", "replace")

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._part.is_file:
            self._spool.write(data[start:end])
            return
        self._part.value.extend(data[start:end])
        if len(self._part.value) > MAX_FIELD_BYTES:
            raise UsageError(_UNUSABLE.format(f"a field is longer than {MAX_FIELD_BYTES} bytes"))

    def _end_part(self) -> None:
        if not self._part.is_file:
            self.fields[self._part.name] = self._part.value.decode("utf-8", "replace")

    def _end(self) -> None:
        self._ended = True
