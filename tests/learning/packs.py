"""Tiny labelled packs, made up for the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

TOWNS = ("Deal", "Ashford", "Dover", "Thanet", "Swale", "Maidstone")


def pack(name: str, number: int) -> dict[str, Any]:
    """A pack of one bid whose sentences repeat themselves, so that a model can learn from so few."""
    promises = [f"[[{i}: We will recruit {i + 2} apprentices from {town} by 2028.]]" for i, town in enumerate(TOWNS)]
    hopes = [f"[[h{i}: We aim to give {i + 2} talks in {town} where possible.]]" for i, town in enumerate(TOWNS)]
    results = [f"[[d{i}: Last year we planted {i + 20} trees in {town}.]]" for i, town in enumerate(TOWNS)]
    habits = [f"[[p{i}: Our staff in {town} already volunteer every year.]]" for i, town in enumerate(TOWNS)]
    gold: dict[str, dict[str, Any]] = {str(i): {"type": "commitment", "firmness": "firm"} for i in range(len(TOWNS))}
    gold |= {f"h{i}": {"type": "commitment", "firmness": "aspirational"} for i in range(len(TOWNS))}
    gold |= {f"d{i}": {"type": "delivery"} for i in range(len(TOWNS))}
    gold |= {f"p{i}": {"type": "practice"} for i in range(len(TOWNS))}
    blocks: list[dict[str, Any]] = [{"h1": f"Our offer {number}"}]
    blocks += [{"p": p} for p in promises]
    blocks += [{"ul": hopes}, {"h1": "What we did"}, {"p": " ".join(results)}, {"p": " ".join(habits)}]
    blocks += [{"p": f"Our depot in {town} is open to visitors."} for town in TOWNS]
    return {
        "pack": name,
        "documents": [
            {"file": "bid.docx", "kind": "bid", "supplier": f"Supplier {number}", "blocks": blocks, "gold": gold}
        ],
    }


def write_packs(folder: Path, *packs: dict[str, Any]) -> Path:
    """Write each pack into a folder of its name, and return their folder."""
    for made in packs:
        path = folder / made["pack"] / "pack.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    return folder
