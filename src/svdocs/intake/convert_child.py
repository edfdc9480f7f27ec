"""The converting process: takes an old office file on standard input and gives it as .docx or .xlsx.

Started by `svdocs.intake.sandbox`, which sets its limits and takes nothing that it says on trust. LibreOffice gets a
profile of its own, in which macros are off and links are not followed, and a folder that goes away with the process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from svdocs.errors import CannotRead, EncryptedFile
from svdocs.intake.containers import Container
from svdocs.intake.safety import MAX_FILE_BYTES

_PATIENCE_SECONDS = 60
_WORD_ENCRYPTED = 0x0100
_EXCEL_PASSWORD = 0x002F
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>1</value></prop></item>
</oor:items>
"""


def main() -> int:
    """Convert the file on standard input and return the exit status."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what LibreOffice prints must not reach the pipe
    program, ending, target = sys.argv[1:4]
    data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    try:
        if asks_password(data, ending):
            raise EncryptedFile("The file asks for a password.")
        converted = convert(program, data, ending, target, Path.cwd())
    except CannotRead as error:
        answer = _error(error.code)
    except MemoryError:
        answer = _error("memory")
    except subprocess.TimeoutExpired:
        answer = _error("over_limit", f"LibreOffice took longer than {_PATIENCE_SECONDS} seconds to convert it")
    except (OSError, ValueError, IndexError):
        answer = _error("damaged", "LibreOffice could not convert it")
    except Exception as error:  # the border: a library's surprise becomes a code, and the process ends
        answer = _error("crashed", type(error).__name__)
    else:
        answer = b'{"result":%d}\n' % len(converted) + converted
    output.write(answer)
    output.flush()
    return 0


def asks_password(data: bytes, ending: str) -> bool:
    """Say whether an old office file is encrypted, by the mark that its format has for that.

    Raises:
        CannotRead: an OpenDocument file is broken or over a limit.
        OSError, ValueError, IndexError: an old Word or Excel file is broken.
    """
    if ending in ("odt", "ods"):
        container = Container(data)
        manifest = "META-INF/manifest.xml"
        return manifest in container and b"encryption-data" in container.read(manifest)
    if ending not in ("doc", "xls"):
        return False
    import olefile

    with olefile.OleFileIO(BytesIO(data)) as file:
        for stream in ("WordDocument", "Workbook", "Book"):
            if file.exists(stream):
                head = file.openstream(stream).read(1024)
                if stream == "WordDocument":
                    return bool(int.from_bytes(head[10:12], "little") & _WORD_ENCRYPTED)
                return any(number == _EXCEL_PASSWORD for number in _records(head))
    return False


def _records(head: bytes) -> Iterator[int]:
    """Yield the numbers of the records with which an old Excel stream begins."""
    at = 0
    while at + 4 <= len(head):
        yield int.from_bytes(head[at : at + 2], "little")
        at += 4 + int.from_bytes(head[at + 2 : at + 4], "little")


def convert(program: str, data: bytes, ending: str, target: str, folder: Path) -> bytes:
    """Return `data` converted.

    Args:
        program: LibreOffice.
        data: the file.
        ending: by which LibreOffice knows its type, such as ``doc``.
        target: ``docx`` or ``xlsx``.
        folder: a private, empty one.

    Raises:
        OSError: there is no result.
        subprocess.TimeoutExpired: it took too long.
    """
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE)
    (folder / "out").mkdir()
    source = folder / f"file.{ending}"
    source.write_bytes(data)
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--nologo"]
    command += ["--nodefault", "--nofirststartwizard", "--norestore", "--nolockcheck"]
    command += ["--convert-to", _FILTERS[target], "--outdir", str(folder / "out"), str(source)]
    subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        timeout=_PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    return (folder / "out" / f"file.{target}").read_bytes()


def _error(code: str, detail: str = "") -> bytes:
    return json.dumps({"error": code, "detail": detail}).encode() + b"\n"


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)
