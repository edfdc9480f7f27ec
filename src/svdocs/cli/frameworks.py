"""`svdocs frameworks list`, `show` and `import`: the schemes of themes and measures, the authority's own among them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svdocs.errors import ConfigurationError, NotFound, UsageError

if TYPE_CHECKING:
    from svdocs.frameworks.framework import Framework, Measure, Theme

SHOWN_FRAMEWORK_CODES = 500


def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON Lines instead of lines of text.")] = False,
) -> int:
    """List the frameworks that are shipped and those that have been imported."""
    own = set(_imported())
    for framework in _all().values():
        entry = {
            "key": framework.key,
            "title": framework.title,
            "edition": framework.edition,
            "status": framework.status.value,
            "themes": len(framework.themes),
            "measures": len(framework.measures),
            "imported": framework.key in own,
        }
        if as_json:
            print(json.dumps(entry, ensure_ascii=False))
        else:
            whence = "imported" if entry["imported"] else "shipped"
            counts = f"{entry['themes']} {_themes(framework)}, {entry['measures']} measures"
            print(f"{framework.key:24}  {framework.title} ({framework.edition}); {counts}; {entry['status']}, {whence}")
    return 0


def show(
    code: Annotated[
        str, typer.Argument(help="A framework's key, or the code of a theme or measure.", show_default=False)
    ],
) -> int:
    """Show a framework with its codes, or every theme and measure of this code."""
    frameworks = _all()
    if code in frameworks:
        print("\n".join(_describe_framework(frameworks[code])))
        return 0
    found = [
        line
        for framework in frameworks.values()
        for item in (framework.theme(code), framework.measure(code))
        if item is not None
        for line in (*_describe_code(framework, item), "")
    ]
    if not found:
        raise NotFound(
            f"{code}: no framework, theme or measure has this code; `svdocs frameworks list` shows the keys."
        )
    print("\n".join(found[:-1]))
    return 0


def import_(
    workbook: Annotated[Path, typer.Argument(help="Workbook (XLSX) with a measure a row.", show_default=False)],
    title: Annotated[str, typer.Option(help="What the framework is called.")] = "",
    edition: Annotated[str, typer.Option(help="Which edition it is, such as 2026.")] = "",
    publisher: Annotated[str, typer.Option(help="Who publishes it.")] = "",
    licence: Annotated[str, typer.Option(help="On what terms its wording and values may be used.")] = "",
    key: Annotated[str, typer.Option(help="Its name on the command line; made from the title if not given.")] = "",
) -> int:
    """Import an authority's own framework; its measures can be suggested at once, without training.

    The first sheet row that names a code, a title and a unit is taken for the headings; theme, description and proxy
    value are taken where there are such columns. Nothing is imported unless every row can be used.
    """
    from svdocs.frameworks.importing import Imported, import_framework, key_of
    from svdocs.settings import read_settings
    from svdocs.text.read import read_file

    if not workbook.is_file():
        raise UsageError(f"{workbook}: there is no such file; check the path.")
    if not licence.strip() or not edition.strip():
        raise UsageError(
            "Say which edition it is and on what terms you may use it, with --edition and --licence; a framework whose "
            "terms nobody has stated is not imported."
        )
    about = Imported(key or key_of(title), title, edition, publisher, licence)
    made = import_framework(read_file(workbook, workbook.name), about, read_settings().frameworks_folder)
    print(f"{made.key}: {len(made.measures)} measures under {len(made.themes)} {_themes(made)} imported.")
    own = sorted({m.unit.label for m in made.measures if not m.unit.like})
    if own:
        print(f"Units of its own, in which no statement is counted: {', '.join(own)}.")
    print(f"Use it with `svdocs extract --framework {made.key}`, or set SVDOCS_FRAMEWORKS={made.key} for the records.")
    return 0


def frameworks_used(folder: Path, keys: Sequence[str]) -> tuple[Path, ...]:
    """Return the folders of the imported frameworks of these keys.

    Raises:
        UsageError: one is not there.
    """
    for key in keys:
        if key not in _keys_in(folder):
            known = ", ".join(_keys_in(folder)) or "none yet"
            raise UsageError(
                f"{key}: no such framework has been imported ({known}); import it from its workbook first."
            )
    return tuple(folder / key for key in keys)


def _themes(framework: Framework) -> str:
    word = framework.theme_word
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _keys_in(folder: Path) -> list[str]:
    from svdocs.frameworks.importing import FILE

    return sorted(p.parent.name for p in folder.glob(f"*/{FILE}"))


def _imported() -> list[str]:
    from svdocs.settings import read_settings

    return _keys_in(read_settings().frameworks_folder)


def _all() -> dict[str, Framework]:
    from svdocs.frameworks.load import load_frameworks
    from svdocs.settings import read_settings

    folder = read_settings().frameworks_folder
    try:
        return load_frameworks(*frameworks_used(folder, _imported()))
    except ConfigurationError as error:
        raise ConfigurationError(f"{error} Importing its workbook again makes it anew.") from error


def _describe_framework(framework: Framework) -> list[str]:
    lines = [
        f"{framework.key}: {framework.title}",
        f"edition {framework.edition}; {framework.publisher}; {framework.status.value.replace('_', ' ')}",
        f"licence: {framework.licence}",
    ]
    for theme in framework.themes:
        lines += ["", f"{framework.theme_word} {theme.code}: {theme.label}"]
        lines += [f"  {m.code:10}  {m.label} ({m.unit.label})" for m in framework.measures if m.theme == theme.code]
    return lines[:SHOWN_FRAMEWORK_CODES]


def _describe_code(framework: Framework, item: Theme | Measure) -> list[str]:
    from svdocs.frameworks.framework import Measure

    measure = isinstance(item, Measure)
    lines = [
        f"{framework.key} {'measure' if measure else framework.theme_word} {item.code}: {item.label}",
        item.description,
    ]
    if isinstance(item, Measure):
        lines += [f"unit: {item.unit.label}; {framework.theme_word}: {item.theme}; {item.kind.value.replace('_', ' ')}"]
    if item.typical:
        lines.append(f"such as: {'; '.join(item.typical)}")
    support = item.support
    sure = support.confidence.value if support.confirmed else f"{support.confidence.value}: unconfirmed"
    lines.append(f"source: {support.source.title}, {support.source.publisher} ({sure})")
    return lines


COMMANDS = {"list": list_, "show": show, "import": import_}
