"""``ticketdesk openapi``: write the contract, or tell whether the committed one is current."""

import sys
from pathlib import Path

import click

from ticketdesk.api import openapi as contract
from ticketdesk.api.v1 import ROUTERS

COMMITTED = Path("openapi/v1.json")
RELEASED = Path("released/v1.json")


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the file is not what the program would write.")
@click.option("--release", is_flag=True, help="Keep it as the release's too: later ones may only add to that.")
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
        for path in [output, output.parent / RELEASED] if release else [output]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
