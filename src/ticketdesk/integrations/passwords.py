"""Passwords as argon2id hashes (RFC 9106; parameters: OWASP Password Storage Cheat Sheet)."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import Argon2Error

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
# Bounds what a flood of sign-ins can take: this many times 19 MiB, and this many cores.
THREADS = 4


class Argon2Hasher:
    """Hashes in threads of its own, so that neither the event loop nor other work in threads waits for it.

    Passwords are compared after NFKC normalisation (NIST SP 800-63B section 5.1.1.2): the same characters typed on
    another keyboard are the same password. Tests pass cheap parameters.
    """

    def __init__(self, *, passes: int = PASSES, memory_kib: int = MEMORY_KIB, lanes: int = LANES) -> None:
        self._argon2 = Argon2(time_cost=passes, memory_cost=memory_kib, parallelism=lanes)
        # Takes as long as a real one, and no password makes it.
        self._decoy = f"$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${'A' * 22}${'A' * 43}"
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        """Return an encoded hash with its salt and parameters."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hash, password)

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Tell whether ``password`` made ``encoded``; false for an unreadable hash, and as slowly for ``None``."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._verify, encoded or self._decoy, password)

    def is_outdated(self, encoded: str) -> bool:
        """Tell whether ``encoded`` was made with other parameters than hashes are made with now."""
        try:
            return self._argon2.check_needs_rehash(encoded)
        except ValueError:
            return True

    def _hash(self, password: str) -> str:
        return self._argon2.hash(unicodedata.normalize("NFKC", password))

    def _verify(self, encoded: str, password: str) -> bool:
        try:
            return self._argon2.verify(encoded, unicodedata.normalize("NFKC", password))
        except (Argon2Error, ValueError):
            return False
