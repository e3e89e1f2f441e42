//! What a person types to prove who stands there.
