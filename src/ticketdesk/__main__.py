"""``python -m ticketdesk`` and the command ``ticketdesk``."""

from ticketdesk.cli.program import program


def main() -> None:
    """Run the command line and exit with its status."""
    program(prog_name="ticketdesk")


if __name__ == "__main__":
    main()
