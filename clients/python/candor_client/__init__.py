"""Calls a Candor node and verifies each answer's receipt before handing it out. docs/clients.md has the guide."""

from .client import Answer, Candor, Sign, tensor
from .errors import CandorError, ProofError, RefusedError, VerificationError, WaitError
from .receipts import Answered, Asked, Receipt, Trust, TrustedKey, read_exchange, verify_receipt
from .tensors import Tensor

__all__ = [
    "Answer", "Answered", "Asked", "Candor", "CandorError", "ProofError", "Receipt", "RefusedError", "Sign", "Tensor", "Trust", "TrustedKey",
    "VerificationError", "WaitError", "read_exchange", "tensor", "verify_receipt",
]
