"""The values of a PDF page's form fields and the text of its annotations."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from svdocs.text.document import BlockKind
from svdocs.text.layout import Note, PageContent, turn_box
from svdocs.text.pdf_drawn import Frame

_NOTE_KINDS = {
    raw.FPDF_ANNOT_WIDGET: BlockKind.form_field,
    raw.FPDF_ANNOT_FREETEXT: BlockKind.annotation,
    raw.FPDF_ANNOT_TEXT: BlockKind.comment,
}
_FLAG_HIDDEN = 2 | 32
MAX_ANNOTATIONS = 5_000
MAX_NOTE_BYTES = 100_000
"""Of one text in UTF-16; a longer one is taken for none."""


def read_notes(pdf: pdfium.PdfDocument, page: Any, content: PageContent, frame: Frame) -> list[Note]:
    """Return the values of the page's form fields and the text of its annotations."""
    notes: list[Note] = []
    form = pdf.formenv.raw if pdf.formenv else None
    for i in range(min(raw.FPDFPage_GetAnnotCount(page.raw), MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, i)
        if not annotation:
            continue
        kind = _NOTE_KINDS.get(raw.FPDFAnnot_GetSubtype(annotation))
        if kind is not None and not raw.FPDFAnnot_GetFlags(annotation) & _FLAG_HIDDEN:
            label, text = (
                _field_of(form, annotation)
                if kind is BlockKind.form_field
                else ("", _string_of(annotation, b"Contents"))
            )
            if text.strip():
                rect = raw.FS_RECTF()
                raw.FPDFAnnot_GetRect(annotation, rect)
                box = frame.place(
                    min(rect.left, rect.right),
                    min(rect.bottom, rect.top),
                    max(rect.left, rect.right),
                    max(rect.bottom, rect.top),
                )
                notes.append(
                    Note(kind, text.replace("\r", "\n"), box, turn_box(box, content.turn, *content.frame), label)
                )
        raw.FPDFPage_CloseAnnot(annotation)
    return notes


def _field_of(form: Any, annotation: Any) -> tuple[str, str]:
    """Return a form field's name, as shown to a person if there is such a one, and its value."""
    if form is None:
        return "", ""
    label = _wide(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation) or _wide(
        raw.FPDFAnnot_GetFormFieldName, form, annotation
    )
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return label, "Yes" if raw.FPDFAnnot_IsChecked(form, annotation) else ""
    if kind in (raw.FPDF_FORMFIELD_PUSHBUTTON, raw.FPDF_FORMFIELD_SIGNATURE):
        return label, ""
    return label, _wide(raw.FPDFAnnot_GetFormFieldValue, form, annotation)


def _string_of(annotation: Any, key: bytes) -> str:
    length = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    return _wide_from(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size), length)


def _wide(function: Any, form: Any, annotation: Any) -> str:
    length = function(form, annotation, None, 0)
    return _wide_from(lambda buffer, size: function(form, annotation, buffer, size), length)


def _wide_from(read: Callable[[Any, int], int], length: int) -> str:
    """Return the UTF-16 text that pdfium writes into a buffer of `length` bytes."""
    if not 2 < length <= MAX_NOTE_BYTES:
        return ""
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    read(buffer, length)
    return bytes(buffer)[: length - 2].decode("utf-16-le", "replace")
