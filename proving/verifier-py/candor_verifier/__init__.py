"""A second verifier of Candor's proofs, written from docs/protocol.md alone."""
