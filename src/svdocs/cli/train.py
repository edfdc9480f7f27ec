"""`svdocs train`: the models from the corpus, deterministically."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from svdocs.errors import UsageError


def train(
    corpus: Annotated[Path, typer.Argument(help="Folder of labelled packs.")] = Path("corpus"),
    models: Annotated[Path, typer.Option(help="Folder to write the models to.")] = Path("models"),
) -> None:
    """Train the models from the corpus into the models folder and print their figures on writers held out."""
    from svdocs.learning.statements import train_statement_models

    if not any(corpus.glob("*/pack.yaml")):
        raise UsageError(f"{corpus}: no pack.yaml beneath it; name the folder that holds the labelled packs.")
    for name, figures in train_statement_models(corpus, models).items():
        print(name, json.dumps(figures, indent=1))
