"""Word files that svdocs writes: A4, one typeface, a title, a language, styles that a screen reader can use."""

from __future__ import annotations

from typing import Any

LANGUAGE = "en-GB"
_SIZES = (
    ("Normal", 11),
    ("Title", 20),
    ("Heading 1", 15),
    ("Heading 2", 12),
    ("List Number", 11),
    ("List Bullet", 11),
    ("Quote", 11),
)


def new_word_file(title: str, author: str) -> Any:
    """Return a new document of python-docx, dressed, with title, author and language set."""
    from docx import Document
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    document.core_properties.title = title
    document.core_properties.author = author
    document.core_properties.language = LANGUAGE
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    for name, size in _SIZES:
        style = document.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        style.font.color.rgb = RGBColor(0x0B, 0x0C, 0x0C)
        _set_fonts(style.element, "Arial")
    _set_language(document)
    return document


def _set_fonts(element: Any, name: str) -> None:
    from docx.oxml.ns import qn

    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)


def _set_language(document: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    language.set(qn("w:val"), LANGUAGE)
