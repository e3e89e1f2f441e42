//! What decisions rest on, and the decision.
