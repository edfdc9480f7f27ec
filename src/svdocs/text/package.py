"""A package as a document: of a mail its own words, and of any package what of it could not be taken.

The files in a package are documents of their own: `svdocs.intake.unpack` takes them out as the package is handed in.
"""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree, html

from svdocs.errors import CannotRead
from svdocs.intake.mail import Mail, read_mail
from svdocs.intake.packages import error_of, members_of
from svdocs.intake.safety import ZIP
from svdocs.text.build import TextBuilder
from svdocs.text.document import BlockKind, Flag, Problem
from svdocs.text.reading import Reading

MAX_LETTERS = 10_000_000
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {
    *("address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "fieldset"),
    *("footer", "form", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "tr", "ul"),
}
_NEVER_TEXT = frozenset({"head", "script", "style", "template", "title", "noscript", "object", "svg"})
_UNSEEN = re.compile(r"(?:display:none|visibility:hidden|font-size:0(?:px|pt|em|%)?(?:;|\Z)|opacity:0(?:;|\Z))")
_QUOTED = re.compile(r"^\s*>")


def read_package(data: bytes, name: str, media_type: str) -> Reading:
    """Return what a package says itself, with a problem for each file in it that could not be taken out.

    Raises:
        CannotRead: it is broken as a whole.
    """
    mail = None if media_type == ZIP else read_mail(data, media_type)
    builder, problems = TextBuilder(), []
    if mail is not None:
        _add_mail(mail, builder)
        if mail.unread:
            problems.append(Problem("unreadable", mail.unread))
    taken = 0
    try:
        for member in members_of(data, name):
            taken += member.fault is None
            if member.fault is not None:
                error = error_of(member.fault)
                problems.append(Problem(error.code, f"{member.name}: {error}"))
    except CannotRead as error:
        problems.append(Problem(error.code, str(error)))
    if mail is None and not taken and not problems:
        problems.append(Problem("no_text", "The package is empty; ask the supplier to send it again."))
    hidden = [builder.text[b.span.start : b.span.end] for b in builder.blocks if b.kind is BlockKind.hidden]
    flags = [
        Flag("hidden_text", "Text in the mail that a person reading it does not see.", text=text[:200])
        for text in hidden
    ]
    if taken or mail is None:
        flags.append(
            Flag(
                "package", f"The files in this package ({taken}) are documents of their own; look there for their text."
            )
        )
    letters = Counter[str]()
    for block in builder.blocks:
        letters[block.kind] += block.span.end - block.span.start
    facts = {"members": taken} | ({f"characters_{kind}": count for kind, count in sorted(letters.items())})
    return Reading(builder.text, tuple(builder.blocks), problems=tuple(problems), flags=tuple(flags), facts=facts)


def _add_mail(mail: Mail, builder: TextBuilder) -> None:
    for label, value in (("From", mail.sender), ("To", mail.to), ("Date", mail.date)):
        if value:
            builder.add(BlockKind.furniture, f"{label}: {value}")
    if mail.subject:
        builder.add(BlockKind.heading, mail.subject, level=1)
    if mail.text:
        for paragraph in _paragraphs(mail.text[:MAX_LETTERS]):
            builder.add(BlockKind.paragraph, paragraph)
    elif mail.html:
        for kind, text in _html_blocks(mail.html[:MAX_LETTERS]):
            builder.add(kind, text)


def _paragraphs(text: str) -> list[str]:
    """Return a plain mail's paragraphs: lines up to an empty one, a list item or a heading-like break in quoting.

    >>> _paragraphs("We will create\\nfive jobs.\\n\\n- two in Kent\\n- three in Hull")
    ['We will create five jobs.', '- two in Kent', '- three in Hull']
    """
    found: list[list[str]] = [[]]
    quoted = False
    for line in text.splitlines():
        is_quoted = bool(_QUOTED.match(line))
        bare = line.strip()
        if not bare or is_quoted != quoted or re.match(r"(?:[-*\u2022\u00b7]|\(?\d{1,2}[.)]|\(?[a-z]\))\s", bare):
            found.append([])
        quoted = is_quoted
        if bare:
            found[-1].append(bare)
    return [" ".join(lines) for lines in found if lines]


def _html_blocks(text: str) -> list[tuple[BlockKind, str]]:
    """Return an HTML mail's blocks in order; what its own styles hide is marked hidden."""
    try:
        bare = re.sub(r"\A\s*<\?xml[^>]*>", "", text)
        root = html.document_fromstring(bare, parser=html.HTMLParser(no_network=True, recover=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return [(BlockKind.paragraph, p) for p in _paragraphs(re.sub(r"<[^>]*>", " ", text))]
    found: list[tuple[BlockKind, str]] = []
    kind, pieces = BlockKind.paragraph, [""]

    def end_block(following: BlockKind) -> None:
        nonlocal kind
        joined = " ".join("".join(pieces).split())
        if joined:
            found.append((kind, joined))
        pieces.clear()
        kind = following

    def kind_of(element: html.HtmlElement, above: BlockKind) -> BlockKind:
        style = re.sub(r"\s", "", str(element.get("style") or "")).casefold()
        if above is BlockKind.hidden or element.get("hidden") is not None or _UNSEEN.search(style):
            return BlockKind.hidden
        if element.tag == "li":
            return BlockKind.list_item
        if element.tag in _HEADINGS:
            return BlockKind.heading
        return BlockKind.paragraph if element.tag in ("p", "td", "th", "tr", "table") else above

    stack: list[tuple[html.HtmlElement, BlockKind]] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            pieces.append(element.tail or "")
            continue
        if event == "start":
            mine = kind_of(element, stack[-1][1] if stack else BlockKind.paragraph)
            stack.append((element, mine))
            if element.tag in _BLOCKS or mine is not kind:
                end_block(mine)
            if not any(e.tag in _NEVER_TEXT for e, _ in stack):
                pieces.append(element.text or "")
            continue
        _, mine = stack.pop()
        outer = stack[-1][1] if stack else BlockKind.paragraph
        if element.tag in _BLOCKS or mine is not outer:
            end_block(outer)
        if not any(e.tag in _NEVER_TEXT for e, _ in stack):
            pieces.append(element.tail or "")
    end_block(BlockKind.paragraph)
    return found
