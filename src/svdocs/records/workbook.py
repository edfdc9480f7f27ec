"""Exported statements as an Excel workbook in which nothing that a stranger wrote can be a formula."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from svdocs.records.sheets import columns_of, row_of, without_controls

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MAX_CELL_LETTERS = 32_767
"""The longest text that Excel takes in a cell."""
CUT = "… [cut; the whole text is in the JSON Lines export]"
_SAME_DATE = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"
_NO_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
"""In place of author and dates: what is issued tells of nobody, and the same statements give the same bytes."""


def write_workbook(lines: Iterable[Mapping[str, Any]], frameworks: Sequence[str], out: BinaryIO) -> int:
    """Write exported statements as the one sheet of an XLSX workbook, and return how many there were.

    Every text is a text cell with the mark by which Excel keeps it one even when somebody edits it; our own numbers are
    numbers. The same lines give the same bytes.

    Args:
        lines: as `Store.export_statements` yields them.
        frameworks: those whose best theme has a column.
        out: where to write.
    """
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("statements")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name) for name in columns_of(frameworks)])
    count = 0
    for line in lines:
        sheet.append([_cell(sheet, value) for value in row_of(line, frameworks).values()])
        count += 1
    written = io.BytesIO()
    workbook.save(written)
    _copy_without_traces(written, out)
    return count


def _cell(sheet: WriteOnlyWorksheet, value: object) -> WriteOnlyCell | None:
    from openpyxl.cell import WriteOnlyCell

    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return WriteOnlyCell(sheet, value)
    text = without_controls(str(value))
    cell = WriteOnlyCell(sheet, "")
    cell.value = text if len(text) <= MAX_CELL_LETTERS else text[: MAX_CELL_LETTERS - len(CUT)] + CUT
    cell.data_type = "s"  # after the value, from which openpyxl would have made a formula
    cell.quotePrefix = True
    return cell


def _copy_without_traces(workbook: BinaryIO, out: BinaryIO) -> None:
    """Copy a workbook without author, dates and the times of its parts."""
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            data = _NO_PROPERTIES.encode() if name == _PROPERTIES else old.read(name)
            new.writestr(zipfile.ZipInfo(name, _SAME_DATE), data, zipfile.ZIP_DEFLATED)
