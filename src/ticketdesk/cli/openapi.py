"""``ticketdesk openapi``: write the contract, or tell whether the committed one is current."""

import sys
from importlib.metadata import version
from pathlib import Path

import click

from ticketdesk.api import openapi as contract
from ticketdesk.api.v1 import ROUTERS

COMMITTED = Path("openapi/v1.json")
RELEASED = Path("released")


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the file is not what the program would write.")
@click.option("--release", is_flag=True, help="Keep it as this version's too: later ones may only add to that.")
@click.option(
    "--output",
    default=COMMITTED,
    show_default=True,
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    help="File to write, - for standard output.",
)
def openapi(output: Path, *, check: bool, release: bool) -> None:
    """Write the OpenAPI document of this release."""
    text = contract.render(contract.document(contract.collect(ROUTERS)))
    if check:
        if not output.exists() or output.read_bytes() != text:
            raise click.ClickException(f"{output} is not the program's contract: run `ticketdesk openapi`.")
    elif str(output) == "-":
        sys.stdout.buffer.write(text)
    else:
        if release:
            _keep(output.parent / RELEASED / f"{version('ticketdesk')}.json", text)
        _write(output, text)


def _keep(path: Path, text: bytes) -> None:
    if path.exists() and path.read_bytes() != text:
        raise click.ClickException(f"{path} is what was released. Raise the version in pyproject.toml first.")
    _write(path, text)


def _write(path: Path, text: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
