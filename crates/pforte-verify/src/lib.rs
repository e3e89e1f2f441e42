//! The independent verifier: checks logs and proofs with the model's formats alone.
