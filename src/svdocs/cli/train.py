"""`svdocs train`: the models from the corpus, deterministically."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from svdocs.errors import ConfigurationError, UsageError


def train(
    corpus: Annotated[Path, typer.Argument(help="Folder of labelled packs.")] = Path("corpus"),
    models: Annotated[Path, typer.Option(help="Folder to write the models to.")] = Path("models"),
) -> None:
    """Train the models from the corpus into the models folder and print their figures on writers held out."""
    from svdocs.learning.statements import train_statement_models

    missing = [name for name in ("sklearn", "yaml") if find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            "Training needs packages that running does not; install svdocs[train]."
        )
    packs = len(list(corpus.glob("*/pack.yaml")))
    if not packs:
        raise UsageError(f"{corpus}: no pack.yaml beneath it; name the folder that holds the labelled packs.")
    if packs == 1:
        raise UsageError(f"{corpus}: only one pack; at least two are needed, for figures come from writers held out.")
    for name, figures in train_statement_models(corpus, models).items():
        print(name, json.dumps(figures, indent=1))
