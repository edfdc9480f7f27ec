"""What kind of file this is, found from its content: its first bytes and its structure, with its name as a witness.

Documents, pictures and packages of them are read. The others that people send are recognised, so that the answer says
what to do with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from svdocs.errors import DamagedFile, EncryptedFile, LimitExceeded, UnsupportedFile
from svdocs.intake.containers import Container, open_zip

MAX_FILE_BYTES = 50 * 2**20

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"
UNKNOWN = "application/octet-stream"
OLE = "application/x-ole-storage"
ZIP = "application/zip"

EML = "message/rfc822"
MSG = "application/vnd.ms-outlook"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
RTF = "application/rtf"

PACKAGES = frozenset({ZIP, EML, MSG})
"""The media types whose members are documents of their own."""

READABLE = frozenset({PDF, DOCX, XLSX, PNG, JPEG, TIFF}) | PACKAGES
"""The media types that svdocs reads by itself."""

LEGACY = {DOC: DOCX, ODT: DOCX, RTF: DOCX, XLS: XLSX, ODS: XLSX}
"""The media types that are read after LibreOffice has converted them, and what they become."""

EXTENSIONS = {
    PDF: (".pdf",),
    DOCX: (".docx", ".docm", ".dotx"),
    XLSX: (".xlsx", ".xlsm", ".xltx"),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    TIFF: (".tif", ".tiff"),
    ZIP: (".zip",),
    EML: (".eml",),
    MSG: (".msg",),
    DOC: (".doc", ".dot"),
    XLS: (".xls", ".xlt"),
    ODT: (".odt", ".ott"),
    ODS: (".ods", ".ots"),
    RTF: (".rtf", ".doc"),
}
ENDINGS = tuple(dict.fromkeys(ending for endings in EXTENSIONS.values() for ending in endings))
"""How the names of files end that can be handed in, for forms that let people choose a file."""
SENT_ENDINGS = frozenset(
    [
        *ENDINGS,
        *(".ppt", ".pptx", ".pptm", ".pps", ".ppsx", ".odp", ".xlsb", ".gif", ".bmp", ".webp", ".heic"),
        *(".7z", ".rar", ".gz", ".tgz", ".tar"),
    ]
)
"""How the names end of what is taken for a document in a folder: those that cannot be read go to a person."""

_SAVE_AS = {
    DOC: ("an old Word file (.doc)", "save it as .docx or PDF"),
    XLS: ("an old Excel file (.xls)", "save it as .xlsx"),
    "application/vnd.ms-powerpoint": ("an old PowerPoint file (.ppt)", "save it as PDF"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (
        "a PowerPoint file (.pptx)",
        "save it as PDF",
    ),
    "application/vnd.ms-excel.sheet.binary.macroEnabled.12": ("a binary Excel file (.xlsb)", "save it as .xlsx"),
    ODT: ("an OpenDocument text (.odt)", "save it as .docx or PDF"),
    ODS: ("an OpenDocument spreadsheet (.ods)", "save it as .xlsx"),
    "application/vnd.oasis.opendocument.presentation": ("an OpenDocument presentation (.odp)", "save it as PDF"),
    RTF: ("a Rich Text file (.rtf)", "save it as .docx or PDF"),
    "text/html": ("a web page", "print it to PDF"),
    "application/xml": ("an XML file", "open it in its program and save it as .docx, .xlsx or PDF"),
    "text/plain": ("a plain text file", "save it as .docx or PDF"),
    "application/gzip": ("a compressed archive", "unpack it and add the files in it one by one"),
    "application/x-7z-compressed": ("a 7-Zip archive", "unpack it and add the files in it one by one"),
    "application/vnd.rar": ("a RAR archive", "unpack it and add the files in it one by one"),
    "image/gif": ("a GIF picture", "save it as PNG or PDF"),
    "image/bmp": ("a BMP picture", "save it as PNG or PDF"),
    "image/webp": ("a WebP picture", "save it as PNG or PDF"),
    "image/heic": ("a HEIC picture", "save it as JPEG or PDF"),
    OLE: ("an old office file", "open it in its program and save it as .docx, .xlsx or PDF"),
}

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
)
_FIRST_PARTS = frozenset(
    {
        b"[Content_Types].xml",
        b"_rels/.rels",
        b"docProps/app.xml",
        b"docProps/core.xml",
        b"word/document.xml",
        b"xl/workbook.xml",
        b"mimetype",
    }
)
_EMAIL_LINE = re.compile(
    rb"(?:received|return-path|message-id|mime-version|date|from|subject|delivered-to|x-[\w-]+|to|dkim-signature):",
    re.IGNORECASE,
)
_ZIP_MARKS = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
    ("ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_MAIN_CONTENT_TYPES = (
    (b"wordprocessingml.document.main+xml", DOCX),
    (b"wordprocessingml.template.main+xml", DOCX),
    (b"ms-word.document.macroenabled.main+xml", DOCX),
    (b"ms-word.template.macroenabledtemplate.main+xml", DOCX),
    (b"spreadsheetml.sheet.main+xml", XLSX),
    (b"spreadsheetml.template.main+xml", XLSX),
    (b"ms-excel.sheet.macroenabled.main+xml", XLSX),
    (b"ms-excel.template.macroenabled.main+xml", XLSX),
    (
        b"presentationml.presentation.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    (b"ms-excel.sheet.binary.macroenabled.main", "application/vnd.ms-excel.sheet.binary.macroEnabled.12"),
)


@dataclass(frozen=True, slots=True)
class FileType:
    """A file's media type, found from its content, and whether its name agrees."""

    media_type: str
    name_agrees: bool = True


def identify_file(data: bytes, name: str) -> FileType:
    """Return the type of a file that svdocs can read.

    Raises:
        LimitExceeded: the file is over 50 MiB, or its container over a limit of its own.
        DamagedFile: the file is empty, or is not what its first bytes say.
        EncryptedFile: the file asks for a password.
        UnsupportedFile: the file is of another type; the message says what to do with it.
    """
    media_type = check_glance(data, name)
    if _is_zip(data):
        media_type = _zip_type(data)
    suffix = _suffix_of(name)
    if media_type in READABLE and not (media_type == ZIP and _is_office_ending(suffix)):
        return FileType(media_type, name_agrees(media_type, name))
    raise UnsupportedFile(unsupported_message(media_type, name))


def check_glance(data: bytes, name: str) -> str:
    """Return the media type that a file shows at a glance, once what can be refused without opening it is refused.

    A ZIP of any type passes: only its structure tells what it is.

    Raises:
        LimitExceeded, DamagedFile, EncryptedFile, UnsupportedFile: as in `identify_file`.
    """
    check_size(len(data))
    media_type = sniff_media_type(data)
    if media_type == OLE and _has_stream(data, "EncryptedPackage"):
        raise EncryptedFile("The file is protected by a password; ask the supplier for a copy without one.")
    if media_type not in READABLE and not _is_zip(data):
        raise UnsupportedFile(unsupported_message(media_type, name))
    return media_type


def check_size(size: int) -> None:
    """Check that a file has bytes, and not too many.

    Raises:
        DamagedFile: it is empty.
        LimitExceeded: it is over 50 MiB.
    """
    if size == 0:
        raise DamagedFile("The file is empty (0 bytes); ask the supplier to send it again.")
    if size > MAX_FILE_BYTES:
        mib = -(-size // 2**20)
        raise LimitExceeded(
            f"The file has {mib} MiB; the limit is {MAX_FILE_BYTES // 2**20} MiB. Split it or shrink its pictures."
        )


def sniff_media_type(data: bytes) -> str:
    """Return the media type that a file's bytes show at a glance, without opening any structure.

    Cheap and safe on hostile bytes; `identify_file` then looks at the structure.

    >>> sniff_media_type(b"%PDF-1.7 ..."), sniff_media_type(b"")
    ('application/pdf', 'application/octet-stream')
    """
    head = data[:1024]
    for magic, media_type in _MAGIC:
        if head.startswith(magic) and not (media_type == "image/bmp" and head[6:10] != b"\0\0\0\0"):
            return _ole_type(data) if media_type == OLE else media_type
    if _is_zip(data):
        return _zip_glance(data)
    if b"%PDF-" in head:
        return PDF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"hevc"):
        return "image/heic"
    return _text_type(head)


def unsupported_message(media_type: str, name: str) -> str:
    """Return what to tell a person who hands in a file that svdocs does not read."""
    suffix = _suffix_of(name)
    if media_type in _SAVE_AS:
        what, remedy = _SAVE_AS[media_type]
        with_office = (
            " by itself; install LibreOffice (the packages libreoffice-writer and libreoffice-calc) with bubblewrap, "
            "which it then uses, or"
            if media_type in LEGACY
            else " yet;"
        )
        return f"This is {what}, which svdocs does not read{with_office} {remedy}."
    if any(suffix in known for known in EXTENSIONS.values()):
        return (
            f"The name ends in {suffix}, but the content is no such file; it may be damaged or of another type. "
            "Open it in its program and save it again, or ask the supplier for it."
        )
    return "The file is of a type that svdocs does not know; save it as PDF, .docx or .xlsx."


def looks_like_package(data: bytes, name: str) -> bool:
    """Say whether a file looks, at a glance, like a ZIP package or a mail.

    Office programs write their own list of parts first; a ZIP that begins with another name is taken for a package.

    >>> looks_like_package(b"PK\\3\\4" + bytes(22) + b"\\5\\0\\0\\0" + b"a.pdf", "a.zip")
    True
    >>> looks_like_package(b"%PDF-1.7", "a.zip")
    False
    """
    if not _is_zip(data):
        return sniff_media_type(data) in PACKAGES
    first = data[30 : 30 + int.from_bytes(data[26:28], "little")]
    return first not in _FIRST_PARTS and not _is_office_ending(_suffix_of(name))


def name_agrees(media_type: str, name: str) -> bool:
    """Say whether a name ends as files of this type do, or has no ending.

    >>> name_agrees(PDF, "bid.PDF"), name_agrees(PDF, "bid"), name_agrees(PDF, "bid.docx")
    (True, True, False)
    """
    suffix = _suffix_of(name)
    return not suffix or suffix in EXTENSIONS.get(media_type, ())


def _suffix_of(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.casefold()


def _is_office_ending(suffix: str) -> bool:
    return any(suffix in EXTENSIONS[media_type] for media_type in (DOCX, XLSX, ODT, ODS))


def _is_zip(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def _zip_glance(data: bytes) -> str:
    tail = data[-(2**20) :]
    for mark, media_type in _ZIP_MARKS:
        if mark.encode() in tail:
            return media_type
    if data[30:38] == b"mimetype":
        return _opendocument_type(data[38:120])
    return ZIP


def _zip_type(data: bytes) -> str:
    """Return the media type of a ZIP by its structure: its content types, then its main part; else it is a package."""
    names = {i.filename.casefold() for i in open_zip(data).infolist()}
    if not names & {"[content_types].xml", "mimetype", *(part for part, _ in _ZIP_MARKS)}:
        return ZIP
    container = Container(data)
    if "[Content_Types].xml" in container:
        types = container.read("[Content_Types].xml").lower()
        for mark, media_type in _MAIN_CONTENT_TYPES:
            if mark in types:
                return media_type
    for part, media_type in _ZIP_MARKS:
        if part in container:
            return media_type
    if "mimetype" in container:
        return _opendocument_type(container.read("mimetype")[:120])
    return ZIP


def _opendocument_type(text: bytes) -> str:
    found = re.match(rb"application/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)", text)
    return found.group(0).decode("ascii") if found else ZIP


def _ole_type(data: bytes) -> str:
    """Return the media type of an OLE container by the names of its streams; a mail may hold all the others."""
    for streams, media_type in (
        (("__properties_version1.0",), MSG),
        (("EncryptedPackage",), OLE),
        (("WordDocument",), DOC),
        (("Workbook", "Book"), XLS),
        (("PowerPoint Document",), "application/vnd.ms-powerpoint"),
        (("__nameid_version1.0",), MSG),
    ):
        if any(_has_stream(data, name) for name in streams):
            return media_type
    return OLE


def _has_stream(data: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in data


def _text_type(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = start[:200].lower()
    if lower.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if lower.startswith(b"<?xml"):
        return "text/html" if b"<html" in start.lower() else "application/xml"
    lines = start.splitlines()[:6]
    if (
        len(lines) >= 2
        and _EMAIL_LINE.match(lines[0])
        and sum(bool(_EMAIL_LINE.match(x)) or x[:1] in b" \t" for x in lines) >= 2
    ):
        return EML
    printable = sum(b >= 32 or b in (9, 10, 13) for b in head)
    if len(start) > 40 and b"\0" not in head and printable > 0.98 * len(head) and _decodes(head):
        return "text/plain"
    return UNKNOWN


def _decodes(head: bytes) -> bool:
    try:
        head[:-3].decode("utf-8") if len(head) == 1024 else head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 8
    return True
