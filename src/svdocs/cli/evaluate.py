"""`svdocs evaluate`: figures on labelled packs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from svdocs.errors import UsageError
from svdocs.settings import MAX_WORKERS


def evaluate(
    folder: Annotated[
        Path, typer.Argument(help="Folder that holds labelled packs (gold.json beside their documents).")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a pack.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=MAX_WORKERS, help="Worker processes; the number of cores if not given.")
    ] = None,
) -> None:
    """Extract every labelled pack under a folder and print the figures."""
    from svdocs.cli.extract import extract_records
    from svdocs.learning.evaluate import Call, evaluate_pack, find_packs
    from svdocs.settings import read_settings

    packs = find_packs(folder) if folder.is_dir() else []
    if not packs:
        raise UsageError(f"{folder}: no gold.json in or beneath this folder; name a folder of labelled packs.")
    count = workers or read_settings().workers

    def extract(call: Call) -> Iterator[dict[str, Any]]:
        return extract_records(*call, count)

    for pack in packs:
        print(f"{pack.name} ...", file=sys.stderr)
        figures = evaluate_pack(pack, extract)
        if as_json:
            print(json.dumps({"pack": pack.name, **figures}))
        else:
            print(f"pack {pack.name}", *(f"  {name:40} {value}" for name, value in figures.items()), sep="\n")
