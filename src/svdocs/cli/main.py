"""The command line. Nothing heavy is imported here: `svdocs --help` answers at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from svdocs import __version__
from svdocs.errors import SvdocsError, UsageError

COMMANDS = {
    "extract": ("svdocs.cli.extract", "extract", "Read documents and write one extraction record a document, as JSON Lines."),
    "import": ("svdocs.cli.records", "import_", "Bring documents or folders into the records, through the same path as an upload."),
    "list": ("svdocs.cli.records", "list_", "List procurements, documents or statements."),
    "export": ("svdocs.cli.records", "export", "Write the statements with their codes, verdicts and decisions as JSON Lines or CSV."),
    "reprocess": ("svdocs.cli.records", "reprocess", "Run stored documents through the current pipeline again and report what changed."),
    "serve": ("svdocs.cli.serve", "serve", "Serve the pages and the API on 127.0.0.1:8000."),
    "evaluate": ("svdocs.cli.evaluate", "evaluate", "Extract every labelled pack under a folder and print the figures."),
    "train": ("svdocs.cli.train", "train", "Train the models from the corpus into the models folder."),
}  # fmt: skip


class _LazyGroup(click.Group):
    """Knows its commands by name and loads a command's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if ctx.resilient_parsing or "--help" in sys.argv[1:2] or len(sys.argv) == 1:
            return click.Command(cmd_name, help=COMMANDS[cmd_name][2])
        return _load(cmd_name)


def _load(name: str) -> click.Command:
    import typer

    module, function, short = COMMANDS[name]
    body: Callable[..., Any] = getattr(import_module(module), function)
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command(name, short_help=short)(body)
    return typer.main.get_command(app)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="svdocs")
def cli() -> None:
    """Read bids and case studies and keep every social value commitment with its place on the page."""


def main() -> None:
    """Run the command line and end the process with its exit status; no input makes it print a traceback."""
    try:
        status = cli.main(standalone_mode=False, prog_name="svdocs")
    except SvdocsError as error:
        print(f"svdocs: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except click.ClickException as error:
        error.show()
        sys.exit(UsageError.exit_status)
    except (click.Abort, KeyboardInterrupt):
        print("svdocs: stopped.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)
