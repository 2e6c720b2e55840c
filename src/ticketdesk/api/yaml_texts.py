"""Values written as YAML that means the same to every reader, of version 1.1 or 1.2."""

from typing import Any

import yaml

from ticketdesk.api.yaml_bodies import NUMBER

_WIDTH = 100
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Writer(_DUMPER):  # type: ignore[misc]  # the dumper in C where the library has it
    """Quotes what our reader would take for a number, besides what version 1.1 would take for anything but text."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write every value out: aliases are refused by ``yaml_bodies``."""
        return True


def _text(writer: Any, text: str) -> Any:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Writer.add_representer(str, _text)
_Writer.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-0123456789"))


def write(value: Any) -> str:
    """Return a JSON value as YAML; names keep their order."""
    return str(yaml.dump(value, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=_WIDTH))
