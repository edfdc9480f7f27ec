"""Old office files, OpenDocument and Rich Text become .docx or .xlsx, by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

from svdocs.intake.safety import DOCX, EXTENSIONS, LEGACY
from svdocs.intake.sandbox import IsolationLevel, Limits, isolation_level, run_isolated

CONVERTER_MODULE = "svdocs.intake.convert_child"
LIMITS = Limits(
    memory_bytes=4 * 2**30,  # of address space, most of it libraries; what it fills is a tenth of that
    cpu_seconds=90,
    wall_seconds=75.0,
    silent_seconds=75.0,
    file_bytes=128 * 2**20,
    descriptors=512,
)
_SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"


@lru_cache(maxsize=1)
def converter() -> str | None:
    """Return the path of LibreOffice, or None where it is not installed or cannot be shut in.

    So large a reader of old formats is let near a stranger's file only behind bubblewrap.
    """
    if isolation_level() is not IsolationLevel.bubblewrap:
        return None
    found = shutil.which("soffice", path=_SEARCH_PATH) or shutil.which("libreoffice", path=_SEARCH_PATH)
    return str(Path(found).resolve()) if found else None


def convert_file(path: Path, media_type: str, program: str) -> bytes:
    """Return the file converted to the type that `LEGACY` names for its own, by LibreOffice shut in like a reader.

    Args:
        path: the file.
        media_type: one of `LEGACY`.
        program: LibreOffice.

    Raises:
        CannotRead: it cannot be converted, or took too long.
    """
    target = "docx" if LEGACY[media_type] == DOCX else "xlsx"
    ending = EXTENSIONS[media_type][0].lstrip(".")
    return run_isolated(CONVERTER_MODULE, [program, ending, target], path, LIMITS, office=True)
