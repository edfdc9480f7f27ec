"""Read bids and case studies and keep every social value commitment with its place on the page.

Nothing heavy is imported here, so that `svdocs --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from importlib import import_module

from svdocs import __version__
from svdocs.errors import SvdocsError, UsageError
from svdocs.settings import wants_traceback

COMMANDS = {
    "extract": (
        "svdocs.cli.extract",
        "extract",
        "Read documents and write one extraction record a document, as JSON Lines.",
    ),
    "inspect": (
        "svdocs.cli.inspect",
        "inspect",
        "Show what was read of a file, page by page, and what was flagged.",
    ),
    "import": (
        "svdocs.cli.imports",
        "import_",
        "Bring documents, folders or archives into the records, through the same path as an upload.",
    ),
    "list": ("svdocs.cli.records", "list_", "List procurements, documents or statements."),
    "export": (
        "svdocs.cli.records",
        "export",
        "Write the statements with their codes, verdicts and decisions as JSON Lines, CSV or XLSX, or an OCDS package.",
    ),
    "baseline": (
        "svdocs.cli.baseline",
        "COMMANDS",
        "Keep what suppliers do already: add, list, correct and retire practices and figures.",
    ),
    "reuse": (
        "svdocs.cli.reuse",
        "reuse",
        "Show promises sold twice, wording that suppliers share, and sheets that contradict a narrative.",
    ),
    "clarify": (
        "svdocs.cli.clarify",
        "clarify",
        "Write a letter of questions to a bidder, or link the answers that came back.",
    ),
    "explain": (
        "svdocs.cli.explain",
        "explain",
        "Show which words of a statement carried its type, firmness, codes and verdict.",
    ),
    "reprocess": (
        "svdocs.cli.reprocess",
        "reprocess",
        "Run stored documents through the current pipeline again and report what changed.",
    ),
    "diff": (
        "svdocs.cli.diff",
        "diff",
        "Show per statement what two runs of a document have in common, or what changed since a day.",
    ),
    "worker": ("svdocs.cli.worker", "worker", "Read what is waiting, until stopped; on as many machines as wanted."),
    "jobs": (
        "svdocs.cli.jobs",
        "COMMANDS",
        "List the work on documents, watch its progress, do it again or call it off.",
    ),
    "serve": ("svdocs.cli.serve", "serve", "Serve the pages and the API on 127.0.0.1:8000."),
    "people": (
        "svdocs.cli.people",
        "COMMANDS",
        "Keep accounts and roles: add, list, disable, set-password, grant, revoke.",
    ),
    "audit": (
        "svdocs.cli.keeping",
        "COMMANDS",
        "Verify the audit trail, export it, change its key, set its anchor.",
    ),
    "fsck": ("svdocs.cli.keeping", "fsck", "Check that the records are whole: rows, files, runs and the audit trail."),
    "backup": ("svdocs.cli.keeping", "backup", "Copy database and originals into a folder while the service goes on."),
    "restore": ("svdocs.cli.keeping", "restore", "Put a backup back into an empty place, and check that it is whole."),
    "retention": (
        "svdocs.cli.retention",
        "COMMANDS",
        "Show how long records are kept, hold and release them, and erase what has run out.",
    ),
    "contracts": (
        "svdocs.cli.contracts",
        "COMMANDS",
        "Follow the promises of awarded contracts: add, list, show, remind, propose badges.",
    ),
    "case-study": (
        "svdocs.cli.contracts",
        "CASE_STUDY_COMMANDS",
        "Write the case study template for a contract, and read a case study back.",
    ),
    "ratios": (
        "svdocs.cli.ratios",
        "COMMANDS",
        "Follow contracts by ratios, such as apprentices to workforce: list, show, enter, withdraw, target.",
    ),
    "spend": (
        "svdocs.cli.spend",
        "COMMANDS",
        "Import files of payments, and show a year's local, SME and VCSE shares: import, suppliers, show, list, bad.",
    ),
    "report": (
        "svdocs.cli.report",
        "COMMANDS",
        "Write a report: statement, foi, performance, assurance; as a page and a Word file.",
    ),
    "export-all": ("svdocs.cli.keeping", "export_all", "Write everything in open formats."),
    "import-all": ("svdocs.cli.keeping", "import_all", "Bring an export of everything into a fresh system."),
    "keys": (
        "svdocs.cli.keys",
        "COMMANDS",
        "Keep the keys by which programs use the interface: add, list, revoke.",
    ),
    "evaluate": (
        "svdocs.cli.evaluate",
        "evaluate",
        "Extract every labelled pack under a folder and print the figures.",
    ),
    "train": ("svdocs.cli.train", "train", "Train the models from the corpus into the models folder."),
    "decisions": (
        "svdocs.cli.decisions",
        "COMMANDS",
        "Allow models to be trained on a procurement's decisions, and write those that may be learnt from.",
    ),
    "frameworks": (
        "svdocs.cli.frameworks",
        "COMMANDS",
        "List and show frameworks, and import an authority's own measures from a workbook.",
    ),
    "proxies": (
        "svdocs.cli.proxies",
        "COMMANDS",
        "Import the values of units by which bids are valued, from a licensed workbook, and list them.",
    ),
    "corpus": (
        "svdocs.cli.corpus",
        "COMMANDS",
        "Check the labelled packs, draw sheets for a blind second reading, and tell how far one agrees.",
    ),
}


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit status; no input makes it print a traceback."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] in ("-h", "--help"):
        print(_help())
        sys.exit(0)
    if words[0] == "--version":
        print(f"svdocs {__version__}")
        sys.exit(0)
    try:
        status = _run(words[0], words[1:])
    except SvdocsError as error:
        print(f"svdocs: {error}", file=sys.stderr)
        status = error.exit_status
    except KeyboardInterrupt:
        print("svdocs: stopped.", file=sys.stderr)
        status = 130
    except BrokenPipeError:
        # Whoever read the output has gone; leave standard output unusable rather than fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except Exception as error:  # the last resort: a person gets a sentence, a maintainer may ask for the traceback
        if wants_traceback():
            raise
        print(
            f"svdocs: the program failed ({type(error).__name__}: {error}). Nothing was changed by half; please "
            "report it with the output of the same command under SVDOCS_TRACEBACK=1.",
            file=sys.stderr,
        )
        status = 1
    sys.exit(status)


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {short}" for name, (_, _, short) in COMMANDS.items()]
    return "\n".join(
        [
            "Usage: svdocs COMMAND [OPTIONS] [ARGUMENTS]",
            "",
            __doc__.splitlines()[0],
            "",
            "Commands:",
            *lines,
            "",
            "Options:",
            "  --version  Show the version.",
            "  --help     Show this list; after a command, its options.",
        ]
    )


def _run(name: str, words: list[str]) -> int:
    if name not in COMMANDS:
        near = get_close_matches(name, COMMANDS, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"{name}: there is no such command; {hint}`svdocs --help` lists them all.")
    import typer
    from typer.exceptions import Exit, TyperException

    module, attribute, _ = COMMANDS[name]
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    target = getattr(import_module(module), attribute)
    for word, function in target.items() if isinstance(target, dict) else [(None, target)]:
        app.command(word)(function)
    try:
        status = app(words, prog_name=f"svdocs {name}", standalone_mode=False)
    except Exit as stop:
        return stop.exit_code
    except SystemExit as stop:
        # The library ends the process by itself, with status 1, when whoever reads the output has gone.
        if isinstance(stop.__context__, BrokenPipeError):
            raise stop.__context__ from None
        raise
    except TyperException as error:
        raise UsageError(f"{error.format_message()} `svdocs {name} --help` tells the options.") from None
    return status if isinstance(status, int) else 0
