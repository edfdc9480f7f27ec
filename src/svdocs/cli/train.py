"""`svdocs train`: the models from the corpus, deterministically."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from svdocs.cli.arguments import need_packages
from svdocs.errors import ModelMismatch, UsageError


def train(
    corpus: Annotated[Path, typer.Argument(help="Folder of labelled packs.")] = Path("corpus"),
    models: Annotated[Path, typer.Option(help="Folder to write the models to.")] = Path("models"),
    only: Annotated[
        list[str], typer.Option(help="Train only this: vectors, statements, themes or additionality; may be repeated.")
    ] = [],  # noqa: B006
    with_decisions: Annotated[
        bool, typer.Option("--with-decisions", help="Train on the decisions that may be learnt from, too.")
    ] = False,
) -> None:
    """Train the models from the corpus into the models folder and print their figures on writers held out.

    With decisions, what `svdocs decisions export` wrote is added, and what it changes is reported first: figures on the
    same writers held out, before and after, and the labels that flip. The corpus itself stays as it is.
    """
    from svdocs.additionality.combine import MODEL as ADDITIONALITY_MODEL
    from svdocs.frameworks.head import FOLDER as THEMES_MODEL
    from svdocs.learning.additionality import train_additionality
    from svdocs.learning.statements import train_statement_models
    from svdocs.learning.themes import train_themes

    need_packages("Training", "jax", "onnx", "sklearn", "yaml")
    packs = len(list(corpus.glob("*/pack.yaml")))
    if not packs:
        raise UsageError(f"{corpus}: no pack.yaml beneath it; name the folder that holds the labelled packs.")
    if packs == 1:
        raise UsageError(f"{corpus}: only one pack; at least two are needed, for figures come from writers held out.")
    steps: dict[str, Callable[[Path], object]] = {
        "vectors": lambda packs: _write_vectors(models),
        "statements": lambda packs: train_statement_models(packs, models),
        "themes": lambda packs: train_themes(packs, models / THEMES_MODEL)["figures_on_packs_left_out"],
        "additionality": lambda packs: train_additionality(packs, models / ADDITIONALITY_MODEL),
    }
    for name in only:
        if name not in steps:
            raise UsageError(f"{name}: there is no such model; choose among {', '.join(steps)}.")
    with TemporaryDirectory(prefix="svdocs-train-") as scratch:
        trained_on = _with_decisions(corpus, Path(scratch)) if with_decisions else corpus
        for name in only or steps:
            print(name, json.dumps(steps[name](trained_on), indent=1), flush=True)


def _write_vectors(models: Path) -> object:
    from svdocs.learning.encoder import write_vectors
    from svdocs.statements.embed import FOLDER, MODEL_SHA256

    written = write_vectors(models / FOLDER / "encoder.onnx")
    if written != MODEL_SHA256:
        raise ModelMismatch(
            f"The vectors' model came out as {written}, not as the one that the models rest on; install the extra "
            "`train` at the pinned versions."
        )
    return {"sha256": written}


def _with_decisions(corpus: Path, scratch: Path) -> Path:
    """Report what the decisions change, and return a folder with the packs of both."""
    from svdocs.learning.decisions import change_report, join_corpus, measure_change
    from svdocs.settings import read_settings

    decisions = read_settings().decisions_folder
    joined = join_corpus(corpus, decisions, scratch)
    print(change_report(measure_change(corpus, decisions)), flush=True)
    return joined
