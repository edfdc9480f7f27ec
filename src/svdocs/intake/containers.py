"""Guards for files that hold other files: an office file is a ZIP of XML parts, and both can be bombs.

A `Container` inflates a part only when it is asked for, counts each byte while inflating (a directory can lie), and
keeps what it has inflated, so that no part is inflated twice. XML is refused before parsing if it declares a document
type: office files never need one, and it is the way in for entity bombs and for reading other files.
"""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from svdocs.errors import DamagedFile, EncryptedFile, LimitExceeded

MAX_ENTRIES = 2_000
MAX_PART_BYTES = 100 * 2**20
MAX_TOTAL_BYTES = 300 * 2**20
MAX_RATIO = 100
"""How many times its packed size a part may inflate to ..."""
RATIO_FREE_BYTES = 2**20
"""... once it is over this size; short repetitive parts inflate more and are harmless."""
MAX_DIRECTORY_BYTES = 2**20
_CHUNK = 64 * 2**10

_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, lzma.LZMAError, EOFError, IndexError, NotImplementedError, OSError,
    RuntimeError, ValueError,
)  # fmt: skip
"""What the library of ZIP files and its unpackers raise on broken ones."""

_ASCII_LIKE = re.compile(r"(utf-?8|us-ascii|ascii|iso-8859-\d+|latin-?1|windows-125\d)\Z", re.IGNORECASE)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")


class Container:
    """A ZIP whose directory has passed the guards and whose parts are inflated within limits.

    Raises:
        DamagedFile: it is no ZIP, or its directory holds twice the same name, a path that leads out, or a link.
        EncryptedFile: a part asks for a password.
        LimitExceeded: it holds more parts, or promises more bytes, than a document needs.
    """

    def __init__(self, data: bytes) -> None:
        self._zip = open_zip(data)
        self._infos = self._check_entries()
        self._kept: dict[str, bytes] = {}
        self._inflated = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The parts' names as written, in directory order."""
        return tuple(i.filename for i in self._infos.values())

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._infos

    def read(self, name: str) -> bytes:
        """Return the part `name`, inflated; names are compared without regard to case, as office programs do.

        Raises:
            DamagedFile: there is no such part, or it is broken.
            LimitExceeded: it, or all parts together, inflate to more than a document needs.
        """
        key = _key(name)
        if key not in self._kept:
            info = self._infos.get(key)
            if info is None:
                raise DamagedFile(f"The file lacks the part {_shown(name)}; ask the supplier to save it again.")
            self._kept[key] = self._inflate(info)
        return self._kept[key]

    def _check_entries(self) -> dict[str, zipfile.ZipInfo]:
        infos = [i for i in self._zip.infolist() if not i.is_dir()]
        if len(infos) > MAX_ENTRIES:
            raise LimitExceeded(
                f"The file holds {len(infos)} parts; the limit is {MAX_ENTRIES}. Save it again as a plain document."
            )
        if sum(i.file_size for i in infos) > MAX_TOTAL_BYTES:
            raise LimitExceeded(_too_large("The file's parts", MAX_TOTAL_BYTES))
        found: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            _check_entry(info)
            key = _key(info.filename)
            if key in found:
                raise DamagedFile(
                    f"The file holds the part {_shown(info.filename)} twice, so programs may show different texts; "
                    "ask the supplier to save it again."
                )
            found[key] = info
        return found

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        data = inflate_part(self._zip, info, MAX_TOTAL_BYTES - self._inflated)
        self._inflated += len(data)
        return data


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Return a ZIP whose directory is small enough to be listed; its entries have yet to be checked.

    Raises:
        DamagedFile: it is no ZIP.
        LimitExceeded: its directory is too large.
    """
    _check_directory_size(data)
    return open_archive(io.BytesIO(data))


def open_archive(stream: BinaryIO) -> zipfile.ZipFile:
    """Return a ZIP of any size that is listed from its stream; its entries have yet to be checked.

    Raises:
        DamagedFile: it is no ZIP.
    """
    try:
        file = zipfile.ZipFile(stream)
    except _BROKEN as error:
        raise DamagedFile(
            "The file's ZIP structure is broken or cut off; ask the supplier to send it again."
        ) from error
    if not all(i.filename for i in file.infolist()):
        raise DamagedFile("The file holds a part without a name; ask the supplier to save it again.")
    return file


def inflate_part(file: zipfile.ZipFile, info: zipfile.ZipInfo, left: int = MAX_TOTAL_BYTES) -> bytes:
    """Return one part inflated, each byte counted while inflating; `left` is what all parts may yet inflate to.

    Raises:
        DamagedFile: the part is broken or cut off.
        LimitExceeded: it inflates to more than a part may, or to more than is left.
    """
    parts, size = [], 0
    most = max(RATIO_FREE_BYTES, MAX_RATIO * info.compress_size)
    try:
        with file.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > MAX_PART_BYTES or size > most:
                    limit = min(MAX_PART_BYTES, most)
                    raise LimitExceeded(_too_large(f"The part {_shown(info.filename)}", limit))
                if size > left:
                    raise LimitExceeded(_too_large("The file's parts", MAX_TOTAL_BYTES))
                parts.append(chunk)
    except _BROKEN as error:
        raise DamagedFile(
            f"The part {_shown(info.filename)} is broken or cut off; ask the supplier to save the file again."
        ) from error
    return b"".join(parts)


def _check_directory_size(data: bytes) -> None:
    """Refuse a directory too large to list, before anything lists it."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or len(data) < at + 22:
        raise DamagedFile("The file's ZIP structure is broken or cut off; ask the supplier to send it again.")
    size = int.from_bytes(data[at + 12 : at + 16], "little")
    if size == 0xFFFFFFFF and data[at - 20 : at - 16] == b"PK\x06\x07":
        end64 = int.from_bytes(data[at - 12 : at - 4], "little")
        size = int.from_bytes(data[end64 + 40 : end64 + 48], "little")
    if size > MAX_DIRECTORY_BYTES:
        raise LimitExceeded(_too_large("The file's list of parts", MAX_DIRECTORY_BYTES))


def _check_entry(info: zipfile.ZipInfo) -> None:
    name = info.filename
    if points_outside(info):
        raise DamagedFile(f"The part {_shown(name)} points outside the file; ask the supplier to save it again.")
    if is_link(info):
        raise DamagedFile(f"The part {_shown(name)} is a link to another place; ask the supplier to save it again.")
    if is_encrypted(info):
        raise EncryptedFile("The file's parts ask for a password; ask the supplier for a copy without one.")
    if info.file_size > MAX_PART_BYTES:
        raise LimitExceeded(_too_large(f"The part {_shown(name)}", MAX_PART_BYTES))


def points_outside(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry's name leads out of the folder that it would be unpacked to, or hides its end."""
    name = info.filename
    steps = name.replace("\\", "/").split("/")
    rooted = name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) is not None
    return rooted or ".." in steps or "\0" in info.orig_filename


def is_link(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry is a symbolic link."""
    return stat.S_ISLNK(info.external_attr >> 16)


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry asks for a password."""
    return bool(info.flag_bits & 0x1)


def parse_xml(data: bytes, name: str) -> etree._Element:
    """Return the root of the XML part `name`, parsed without entities, document types, network or huge nodes.

    Raises:
        DamagedFile: it is not well formed, declares a document type, or hides its encoding.
    """
    check_xml(data, name)
    try:
        return etree.fromstring(data, xml_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFile(_broken_xml(name)) from error


def walk_xml(data: bytes, name: str, *tags: str) -> Iterator[etree._Element]:
    """Yield the finished elements of these local names in the XML part `name`, under the guards of `parse_xml`.

    The caller drops what it has seen with `drop_element`, so that a large sheet is never held whole.

    Raises:
        DamagedFile: as in `parse_xml`.
    """
    check_xml(data, name)
    try:
        events = etree.iterparse(
            io.BytesIO(data),
            events=("end",),
            tag=[f"{{*}}{tag}" for tag in tags],
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        for _, element in events:
            yield element
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFile(_broken_xml(name)) from error


def drop_element(element: etree._Element) -> None:
    """Drop an element's content and all its elder siblings from the tree."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def xml_parser() -> etree.XMLParser:
    """Return a parser that resolves nothing, loads nothing and refuses huge nodes."""
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )


def check_xml(data: bytes, name: str) -> None:
    """Check that an XML part shows its encoding and declares no document type.

    Raises:
        DamagedFile: it declares a document type, or is in an encoding that office files do not use.
    """
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise DamagedFile(_odd_encoding(name))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4]:
        wide = (
            "utf-16"
            if data[:2] in (b"\xff\xfe", b"\xfe\xff")
            else ("utf-16-be" if data[:1] == b"\x00" else "utf-16-le")
        )
        try:
            data = data.decode(wide).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise DamagedFile(_odd_encoding(name)) from error
    else:
        declared = _DECLARED.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
        if declared and not _ASCII_LIKE.match(declared.group(1).decode("ascii")):
            raise DamagedFile(_odd_encoding(name))
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise DamagedFile(
            f"The part {_shown(name)} declares a document type, which office files never need and which can pull in "
            "other files; ask the supplier to save the file again from its office program."
        )


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _shown(name: str) -> str:
    """Return a part's name fit for a message: printable and short."""
    clean = "".join(c if c.isprintable() else "?" for c in name)
    return f"“{clean if len(clean) <= 60 else clean[:57] + '...'}”"


def _too_large(what: str, limit: int) -> str:
    size = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit // 2**10} KiB"
    return (
        f"{what} would unpack to more than {size}, the limit for a document; remove large pictures or split the file."
    )


def _broken_xml(name: str) -> str:
    return f"The part {_shown(name)} is broken XML; ask the supplier to save the file again."


def _odd_encoding(name: str) -> str:
    return (
        f"The part {_shown(name)} is in an encoding that office files do not use; ask for the file to be saved again."
    )
