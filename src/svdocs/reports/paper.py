"""Word papers from the templates: filled by docxtpl in Jinja's sandbox, with title and language set.

What a bidder or an evaluator wrote goes in as text and never as markup or template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from svdocs.records.word_files import LANGUAGE
from svdocs.settings import word_templates_folder

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def fill_paper(template: str, values: Mapping[str, Any], *, title: str, author: str) -> bytes:
    """Return the Word file that a template makes of values.

    Args:
        template: its file name in the folder of Word templates.
        values: for the template; text is cleaned of what no Word file may hold.
        title, author: of the file, as screen readers tell them.
    """
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    paper = DocxTemplate(str(word_templates_folder() / template))
    paper.render(clean(dict(values)), SandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
    properties = paper.docx.core_properties
    properties.title, properties.author, properties.language = clean(title), clean(author), LANGUAGE
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def clean(value: Any) -> Any:
    """Return a value with every text in it cleaned of characters that XML cannot hold.

    >>> clean({"a": ["x\\x00y", 1]})
    {'a': ['xy', 1]}
    """
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {key: clean(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [clean(one) for one in value]
    return value


def clean_text(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that hold something.

    >>> lines_of(" a\\n\\n b ")
    ['a', 'b']
    """
    return [line.strip() for line in text.splitlines() if line.strip()]
