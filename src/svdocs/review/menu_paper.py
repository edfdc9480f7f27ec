"""A menu of example commitments as a Word file that bidders can read, print and copy from."""

from __future__ import annotations

from io import BytesIO

from svdocs.frameworks.applying import spelt
from svdocs.frameworks.menu import SIZES, Menu, MenuItem, theme_title
from svdocs.records.menus import Published
from svdocs.records.word_files import new_word_file


def write_menu(published: Published) -> bytes:
    """Return the menu as a DOCX file: headings by theme, each example with its evidence and what is in proportion."""
    menu = published.menu
    document = new_word_file(f"{menu.title}: {published.procurement}", published.buyer)
    section = document.sections[0]
    section.header.paragraphs[0].text = published.buyer
    section.footer.paragraphs[0].text = f"Version {published.version}, {spelt(published.published_at.date())}"
    document.add_paragraph(menu.title, style="Title")
    document.add_paragraph(f"Procurement: {published.procurement}")
    document.add_paragraph(menu.introduction)
    if menu.local:
        document.add_paragraph(menu.local)
    for theme, items in group_by_theme(menu):
        document.add_heading(theme_title(theme), level=1)
        for item in items:
            document.add_heading(item.title, level=2)
            document.add_paragraph(item.wording, style="Quote")
            for label, words in facts_of(item):
                paragraph = document.add_paragraph()
                paragraph.add_run(f"{label}: ").bold = True
                paragraph.add_run(words)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def group_by_theme(menu: Menu) -> list[tuple[str, list[MenuItem]]]:
    """Return the menu's examples by theme, themes in the order in which they first stand."""
    grouped: dict[str, list[MenuItem]] = {}
    for item in menu.items:
        grouped.setdefault(item.theme, []).append(item)
    return list(grouped.items())


def facts_of(item: MenuItem) -> list[tuple[str, str]]:
    """Return what stands below an example's wording: pairs of what it is and the words."""
    rows = [
        ("Evidence", item.evidence),
        ("In proportion", item.in_proportion),
        ("Suits", ", ".join(SIZES[s] for s in item.sizes)),
        ("Measure", item.measure),
    ]
    return [(label, words) for label, words in rows if words]
