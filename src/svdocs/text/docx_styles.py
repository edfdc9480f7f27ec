"""What Word's styles make of a paragraph and a run: heading level, list, and whether a reader can see the letters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"

SMALLEST_READABLE_HALF_POINTS = 8
"""Letters under 4 points cannot be read on paper."""
SMALLEST_CONTRAST = 20
"""Letters whose colour differs by no more than this from the ground in each channel of 0-255 cannot be seen."""
NARROWEST_SCALE = 10
CLEAREST_PER_MILLE = 950
"""Letters more see-through than this cannot be seen."""
LOWEST_LINE_TWIPS = 80
"""Lines of an exact height under 4 points show none of their letters whole."""
FARTHEST_TWIPS = 22_000
"""No office printer's sheet is wider or higher than this; what stands further out is on no page."""
WHITE = "FFFFFF"
_HIGHLIGHTS = {"white": WHITE, "yellow": "FFFF00", "black": "000000", "cyan": "00FFFF", "lightGray": "C0C0C0"}
_ON = (None, "1", "true", "on")
_HEADING_NAME = re.compile(r"heading ([1-9])\Z")
_TOC_NAME = re.compile(r"(?:toc \d|toc heading|table of figures)\Z")
_LIST_NAME = re.compile(r"list (bullet|number)(?: ([2-5]))?\Z")


@dataclass(frozen=True, slots=True)
class Look:
    """How letters look, as far as it decides whether they can be seen."""

    bold: bool = False
    vanish: bool = False
    colour: str | None = None
    half_points: int | None = None
    ground: str | None = None
    scale: int | None = None
    see_through: bool = False

    def seen_on(self, ground: str | None) -> bool:
        """Say whether a reader can see the letters on a page, cell or box of the colour `ground` (None: unknown)."""
        if self.vanish or self.see_through or (self.scale is not None and self.scale < NARROWEST_SCALE):
            return False
        if self.half_points is not None and self.half_points < SMALLEST_READABLE_HALF_POINTS:
            return False
        behind = self.ground or ground
        if self.colour is None or behind is None:
            return True
        return any(
            abs(a - b) > SMALLEST_CONTRAST for a, b in zip(_channels(self.colour), _channels(behind), strict=True)
        )


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph or character style with what it inherits."""

    name: str = ""
    look: Look = Look()
    outline: int | None = None
    numbering: str | None = None
    level: int | None = None
    ground: str | None = None
    dark_parts: bool = False
    """For a table style: whether it paints some of its cells."""


class Styles:
    """The styles of a document, by their identifiers."""

    def __init__(self, root: etree._Element | None) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._known: dict[str, Style] = {}
        self._defaults = Look()
        self.default_paragraph: str | None = None
        if root is None:
            return
        for element in root.iterchildren():
            tag = local_name(element)
            if tag == "style":
                identifier = attribute(element, "styleId")
                if identifier is not None:
                    self._elements[identifier] = element
                    if attribute(element, "default") in ("1", "true") and attribute(element, "type") == "paragraph":
                        self.default_paragraph = identifier
            elif tag == "docDefaults":
                self._defaults = look_with(Look(), descend(element, "rPrDefault", "rPr"))

    def find(self, identifier: str | None) -> Style:
        """Return the style with what it inherits; an unknown one is plain."""
        if identifier is None or identifier not in self._elements:
            return Style(look=self._defaults)
        if identifier not in self._known:
            chain, at = [], identifier
            while at in self._elements and at not in chain:
                chain.append(at)
                at = value_of(child(self._elements[at], "basedOn")) or ""
            style = Style(look=self._defaults)
            for one in reversed(chain):
                style = _style_with(style, self._elements[one])
            self._known[identifier] = style
        return self._known[identifier]

    def character_look(self, look: Look, identifier: str | None) -> Look:
        """Return `look` with the character style laid over it."""
        at, chain = identifier or "", []
        while at in self._elements and at not in chain:
            chain.append(at)
            at = value_of(child(self._elements[at], "basedOn")) or ""
        for one in reversed(chain):
            look = look_with(look, child(self._elements[one], "rPr"))
        return look


def heading_level(style: Style, outline: int | None) -> int | None:
    """Return the level of a heading with this style, 1 outermost, or None for ordinary text.

    >>> heading_level(Style(name="heading 2"), None), heading_level(Style(), 0), heading_level(Style(), 9)
    (2, 1, None)
    """
    named = _HEADING_NAME.match(style.name)
    if named:
        return int(named.group(1))
    if style.name in ("title", "subtitle"):
        return 1 if style.name == "title" else 2
    level = style.outline if outline is None else outline
    return level + 1 if level is not None and 0 <= level <= 8 else None


def is_contents_style(style: Style) -> bool:
    """Say whether the style is that of a line in a table of contents."""
    return bool(_TOC_NAME.match(style.name))


def list_style(style: Style) -> tuple[str, int] | None:
    """Return `bullet` or `number` and the level, for Word's own list styles.

    >>> list_style(Style(name="list bullet 2"))
    ('bullet', 2)
    """
    found = _LIST_NAME.match(style.name)
    return (found.group(1), int(found.group(2) or 1)) if found else None


def look_with(look: Look, properties: etree._Element | None) -> Look:
    """Return `look` with the run properties laid over it."""
    if properties is None:
        return look
    for element in properties.iterchildren():
        match local_name(element):
            case "b":
                look = replace(look, bold=is_on(element))
            case "vanish":
                look = replace(look, vanish=is_on(element))
            case "color":
                look = replace(look, colour=_text_colour(element))
            case "sz":
                look = replace(look, half_points=whole(attribute(element, "val")))
            case "w":
                look = replace(look, scale=whole(attribute(element, "val")))
            case "shd":
                look = replace(look, ground=shading(element))
            case "textFill":
                look = replace(look, see_through=_is_see_through(element))
            case "highlight":
                name = attribute(element, "val") or "none"
                look = replace(look, ground=None if name == "none" else _HIGHLIGHTS.get(name, "808080"))
    return look


def is_out_of_sight(properties: etree._Element | None) -> bool:
    """Say whether a paragraph is placed off every page, or on lines too low to show letters."""
    spacing, indent, frame = (child(properties, name) for name in ("spacing", "ind", "framePr"))
    if spacing is not None and attribute(spacing, "lineRule") == "exact":
        height = whole(attribute(spacing, "line"))
        if height is not None and height < LOWEST_LINE_TWIPS:
            return True
    if indent is not None:
        start = whole(attribute(indent, "left")) or whole(attribute(indent, "start")) or 0
        if not -FARTHEST_TWIPS / 2 < start < FARTHEST_TWIPS:
            return True
    if frame is None:
        return False
    places = [whole(attribute(frame, name)) or 0 for name in ("x", "y")]
    return not all(-FARTHEST_TWIPS / 4 < place < FARTHEST_TWIPS for place in places)


def is_flat_row(properties: etree._Element | None) -> bool:
    """Say whether a table row has an exact height too low to show letters."""
    height = child(properties, "trHeight")
    if height is None or attribute(height, "hRule") != "exact":
        return False
    twips = whole(attribute(height, "val"))
    return twips is not None and twips < LOWEST_LINE_TWIPS


def _is_see_through(fill: etree._Element) -> bool:
    """Say whether letters filled like this let all of the ground through; an outline of their own may still show."""
    if any(local_name(e) == "noFill" for e in fill.iterchildren()):
        outline = next((e for e in fill.itersiblings() if local_name(e) == "textOutline"), None)
        return outline is None or any(local_name(e) == "noFill" for e in outline.iterchildren())
    colours = [e for e in fill.iter() if local_name(e).endswith("Clr")]
    return bool(colours) and all(_clearness(c) > CLEAREST_PER_MILLE for c in colours)


def _clearness(colour: etree._Element) -> int:
    """Return how see-through a colour is, of 1,000."""
    alpha = child(colour, "alpha")
    value = None if alpha is None else next((str(v) for k, v in alpha.attrib.items() if str(k).endswith("}val")), None)
    return (whole(value) or 0) // 100


def shading(element: etree._Element | None) -> str | None:
    """Return the colour that a shading paints, six hexadecimal digits, or None if it paints nothing."""
    if element is None:
        return None
    colour = attribute(element, "color" if attribute(element, "val") == "solid" else "fill")
    return _hexadecimal(colour)


def is_on(element: etree._Element) -> bool:
    """Say whether an on-off property is on."""
    return attribute(element, "val") in _ON


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace; comments and the like have none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute of the word processing namespace, in either edition, or None."""
    found = element.get(W + name)
    if found is None:
        found = element.get(STRICT_W + name)
    return found


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the first child with this local name, or None."""
    if element is None:
        return None
    return next((c for c in element.iterchildren() if local_name(c) == name), None)


def descend(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Return the element that a path of local names leads to, or None."""
    for name in names:
        element = child(element, name)
    return element


def value_of(element: etree._Element | None) -> str | None:
    """Return an element's `val`, or None."""
    return None if element is None else attribute(element, "val")


def whole(text: str | None) -> int | None:
    """Return a whole number as Word writes it, or None.

    >>> whole("24"), whole("9.0"), whole("x")
    (24, 9, None)
    """
    found = re.match(r"\s*(-?\d{1,9})(?:\.\d*)?%?\s*\Z", text or "")
    return int(found.group(1)) if found else None


def _style_with(style: Style, element: etree._Element) -> Style:
    paragraph = child(element, "pPr")
    numbering = child(paragraph, "numPr")
    outline = whole(value_of(child(paragraph, "outlineLvl")))
    painted = any(shading(s) not in (None, WHITE) for s in element.iter(W + "shd", STRICT_W + "shd"))
    number = value_of(child(numbering, "numId"))
    level = whole(value_of(child(numbering, "ilvl")))
    name = (value_of(child(element, "name")) or "").casefold()
    named = _HEADING_NAME.match(name)
    if named and outline is None:
        outline = int(named.group(1)) - 1  # so that styles based on it are headings too
    return Style(
        name=name if name else style.name,
        look=look_with(style.look, child(element, "rPr")),
        outline=style.outline if outline is None else outline,
        numbering=style.numbering if number is None else number,
        level=style.level if level is None else level,
        ground=shading(child(paragraph, "shd")) or style.ground,
        dark_parts=style.dark_parts or painted,
    )


def _text_colour(element: etree._Element) -> str | None:
    colour = _hexadecimal(attribute(element, "val"))
    if colour is None and attribute(element, "themeColor") in ("background1", "light1", "bg1"):
        return WHITE
    return colour


def _hexadecimal(colour: str | None) -> str | None:
    return colour.upper() if colour and re.fullmatch(r"[0-9A-Fa-f]{6}", colour) else None


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)
