"""What can go wrong, each kind a class of its own."""

from __future__ import annotations

from typing import Any, Optional


class CandorError(Exception):
    """Everything that this package raises on purpose."""


class RefusedError(CandorError):
    """The node refused. ``code`` is stable; docs/grpc.md has the table."""

    def __init__(self, code: str, message: str, status: int, retry_after: Optional[float] = None, receipt: Optional[str] = None):
        super().__init__(message)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        """Seconds, where the node said that a retry may help."""
        self.receipt = receipt

    def __str__(self) -> str:
        return f"{self.args[0]} ({self.code})"


class VerificationError(CandorError):
    """A check of a receipt failed: the answer is not to be used. ``check`` is a name of docs/receipt.md, "Verification"."""

    def __init__(self, check: str, message: str):
        super().__init__(f"{check}: {message}")
        self.check = check


class ProofError(CandorError):
    """No proof came; ``state`` is how the job ended."""

    def __init__(self, state: str, message: str, status: Any):
        super().__init__(message)
        self.state = state
        self.status = status


class WaitError(CandorError):
    """What was waited for did not come in the time given."""
