"""`svdocs explain`: which words of a statement carried its labels, in terms that can be shown to a bidder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from svdocs.cli.arguments import shown_records
from svdocs.cli.terminal import printable
from svdocs.errors import NotFound, UsageError

if TYPE_CHECKING:
    from svdocs.frameworks.explain import CodeExplanation
    from svdocs.records.store import Store
    from svdocs.statements.explain import Carrier, LabelExplanation
    from svdocs.statements.statement import Passage

SHOWN_WORDS = 6
SHOWN_CUES = 5
LONGEST_TEXT = 5_000
"""Letters of a passage of one's own; a passage is a sentence, an item or a row."""


def explain(
    id: Annotated[str | None, typer.Argument(help="The statement's id, as `svdocs list statements` shows it.")] = None,
    text: Annotated[str | None, typer.Option(help="Explain this passage instead.")] = None,
    heading: Annotated[list[str], typer.Option(help="A heading above the passage; may be repeated.")] = [],  # noqa: B006
    introduction: Annotated[str, typer.Option(help="What introduces the list that the passage stands in.")] = "",
    before: Annotated[str, typer.Option(help="The sentence before the passage.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object.")] = False,
) -> int:
    """Show why a statement has its type, firmness, codes and verdict: the words that carried each.

    Words marked + spoke for the label, words marked - against it; the number tells by how much, on the scale of the
    model's score: 0.7 doubles the odds, 2.3 makes them ten times as high.
    """
    if (id is None) == (text is None):
        raise UsageError("Give the id of a statement, or a passage of your own with --text.")
    if text is not None:
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise UsageError(
                f"A passage has at least one word and at most {LONGEST_TEXT:,} letters; give one sentence."
            )
        told = _explain_text(text, tuple(heading), introduction, before)
    else:
        if heading or introduction or before:
            raise UsageError("The context of a statement is its document's; give --heading and the like with --text.")
        told = _explain_statement(id or "")
    print(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(_lines(told)))
    return 0


def _explain_text(text: str, section: tuple[str, ...], introduction: str, before: str) -> dict[str, Any]:
    from svdocs.statements.passages import fold
    from svdocs.statements.statement import Passage
    from svdocs.text.document import BlockKind, Span

    folded = fold(text)
    kind = BlockKind.list_item if introduction else BlockKind.paragraph
    passage = Passage(Span(0, len(folded)), folded, 0, kind, section, fold(introduction), previous=fold(before))
    return _explain_passage(passage, "", ())


def _explain_statement(id: str) -> dict[str, Any]:
    from svdocs.settings import read_settings

    settings = read_settings()
    with shown_records() as store:
        record = store.statement(store.statement_named(id))
        passage = passage_of(store, record.statement.document_id, record.statement.record)
        document = store.document(record.statement.document_id).document.name
    entry = record.as_decided()
    told = _explain_passage(passage, str(entry.get("focus") or ""), settings.frameworks_folders)
    judged = entry.get("additionality")
    return {
        "id": record.id,
        "document": document,
        "page": record.statement.page,
        **told,
        "proposed": {
            "type": record.statement.type.value,
            "firmness": record.statement.firmness,
            "status": record.status,
        },
        "verdict": judged and {k: judged[k] for k in ("verdict", "confidence", "reasons")},
    }


def passage_of(store: Store, document_id: str, entry: dict[str, Any]) -> Passage:
    """Return the statement's passage with its context, from the document's text as it was read.

    Raises:
        NotFound: the text is no longer kept, or has been read otherwise since.
    """
    from svdocs.statements.passages import passages_of
    from svdocs.text.exchange import document_from_json

    again = "run `svdocs reprocess`, and explain the statement of the new run."
    kept = store.text_of(document_id)
    if kept is None:
        raise NotFound(f"The text of the statement's document is not kept; {again}")
    try:
        passages = passages_of(document_from_json(kept))
    except ValueError:
        raise NotFound(f"The text of the statement's document is damaged; {again}") from None
    for passage in passages:
        if list(passage.span) == entry.get("span") and passage.text == entry["text"]:
            return passage
    raise NotFound(f"The statement's document has been read otherwise since; {again}")


def _explain_passage(passage: Passage, focus: str, folders: tuple[Path, ...]) -> dict[str, Any]:
    from svdocs.frameworks.explain import explain_codes
    from svdocs.frameworks.suggest import Query, context_of
    from svdocs.statements.explain import explain_passage
    from svdocs.statements.quantities import choose_quantity
    from svdocs.statements.statement import StatementType

    labels = explain_passage(passage)
    quantity = choose_quantity(
        passage.text, focus or passage.text, header=passage.header, cells=passage.cells, before=passage.leans_on
    )
    query = Query(passage.text, focus, context_of(passage), quantity.unit if quantity else None)
    stated = labels["type"].label != StatementType.none
    return {
        "text": passage.text,
        "focus": focus or passage.text,
        "context": {
            "headings": list(passage.section),
            "introduction": passage.introduction,
            "columns": list(passage.header),
            "before": passage.previous,
            "after": passage.following,
        },
        "labels": {name: _label_as_json(label) for name, label in labels.items()},
        "codes": [_code_as_json(c) for c in explain_codes(query, folders=folders)] if stated else [],
    }


def _label_as_json(label: LabelExplanation) -> dict[str, Any]:
    return {
        "label": label.label,
        "probability": round(label.probability, 4),
        "second": {"label": label.second[0], "probability": round(label.second[1], 4)},
        "words": _carriers(label.words),
        "cues": _carriers(label.cues),
        "context": _carriers(label.context),
        "note": label.note,
    }


def _code_as_json(code: CodeExplanation) -> dict[str, Any]:
    told = asdict(code) | {"words": _carriers(code.words), "context": round(code.context, 2)}
    return told | {"score": round(code.score, 4), "second": {"code": code.second[0], "score": round(code.second[1], 4)}}


def _carriers(carriers: Sequence[Carrier]) -> list[dict[str, Any]]:
    return [c.as_json() for c in carriers]


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [printable(f'"{told["text"]}"')]
    if told["focus"] != told["text"]:
        lines.append(printable(f'of which: "{told["focus"]}"'))
    if "document" in told:
        page = f", page {told['page']}" if told["page"] else ""
        lines.append(printable(f"{told['document']}{page}; {told['proposed']['status']}"))
    for name, label in told["labels"].items():
        second = label["second"]
        title = f"{name.capitalize()}: {label['label']}, {_share(label['probability'])} sure"
        lines += ["", f"{title} (next: {second['label']}, {_share(second['probability'])})"]
        lines += _weighed("words", label["words"][:SHOWN_WORDS])
        lines += _weighed("found", label["cues"][:SHOWN_CUES])
        lines += _weighed("around", label["context"])
        lines.append(f"  {label['note']}")
    for code in told["codes"]:
        kind = "measure" if code["measure"] else "theme"
        shown = f"{code['code']} ({code['label']})" if code["code"] else "no code fits"
        sure = _share(code["score"]) + (" sure" if code["calibrated"] else ", by resemblance alone")
        lines += ["", f"{code['framework']} {kind}: {shown}, {sure}"]
        lines += _weighed("words", code["words"][:SHOWN_WORDS])
        if code["context"]:
            lines.append(f"  around  {code['context']:+.1f}  headings, introduction and the sentence before")
        if code["quoted"]:
            lines.append("  The bidder quotes this code, which counts a little.")
    if told.get("verdict"):
        verdict = told["verdict"]
        lines += ["", f"Verdict: {verdict['verdict'].replace('_', ' ')}, {_share(verdict['confidence'])} sure"]
        for reason in verdict["reasons"]:
            lines.append(printable(f"  {reason['text']}"))
            if reason.get("evidence"):
                evidence = reason["evidence"]
                page = f", page {evidence['page']}" if evidence.get("page") else ""
                lines.append(printable(f'    {evidence["document"]}{page}: "{evidence["text"]}"'))
    return lines


def _weighed(name: str, carriers: Sequence[dict[str, Any]]) -> list[str]:
    shown = []
    for i, carrier in enumerate(carriers):
        words = f'"{carrier["words"]}"' if carrier["words"] else ""
        said = " – ".join(x for x in (words, carrier["why"]) if x)
        shown.append(printable(f"  {name if i == 0 else '':6}  {carrier['weight']:+.1f}  {said}"))
    return shown


def _share(probability: float) -> str:
    """Return a probability in per cent that never claims certainty.

    >>> _share(0.934), _share(0.9996), _share(0.0004)
    ('93%', 'over 99%', 'under 1%')
    """
    if 0.01 <= probability <= 0.99:
        return f"{probability:.0%}"
    return "over 99%" if probability > 0.5 else "under 1%"
