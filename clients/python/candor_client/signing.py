"""Requests signed by a key of secp256k1 (docs/security.md, "Signed requests"): EIP-712, through the optional package ``eth-account``."""

from __future__ import annotations

import secrets
import time
from typing import Any, Dict, Mapping

from .client import Sign


def typed_request(network: str, method: str, target: str, body_hash: bytes, nonce: bytes, deadline: int) -> Dict[str, Any]:
    """The typed data of a request. ``network`` is that of ``/health``."""
    return {
        "domain": {"name": "Candor", "version": "1", "salt": bytes.fromhex(network.removeprefix("0x"))},
        "types": {
            "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"}, {"name": "salt", "type": "bytes32"}],
            "CandorRequest": [
                {"name": "method", "type": "string"}, {"name": "target", "type": "string"}, {"name": "body", "type": "bytes32"},
                {"name": "nonce", "type": "bytes32"}, {"name": "deadline", "type": "uint64"}],
        },
        "primaryType": "CandorRequest",
        "message": {"method": method, "target": target, "body": body_hash, "nonce": nonce, "deadline": deadline},
    }


def signed_by(account: Any, network: str, validity: int = 60) -> Sign:
    """Signs each request of a client by an account of ``eth_account``."""
    from eth_utils import keccak

    def sign(method: str, target: str, body: bytes) -> Mapping[str, str]:
        nonce = secrets.token_bytes(32)
        deadline = int(time.time()) + validity
        signed = account.sign_typed_data(full_message=typed_request(network, method, target, keccak(body), nonce, deadline))
        return {
            "Candor-Signer": account.address.lower(),
            "Candor-Signature-Scheme": "eip-712",
            "Candor-Signature": "0x" + bytes(signed.signature).hex(),
            "Candor-Nonce": "0x" + nonce.hex(),
            "Candor-Deadline": str(deadline),
        }

    return sign
