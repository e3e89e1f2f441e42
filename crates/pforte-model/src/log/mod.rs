//! How the event log is made so that nobody changes it unseen.
//!
//! Entries are the leaves of a Merkle tree (RFC 6962, 2.1). The head of the tree
//! is signed as a C2SP checkpoint at every commit. Changing, removing or
//! inserting an entry changes every head after it; cutting off the newest
//! entries, or rewriting everything with the key, is caught by a checkpoint that
//! was kept elsewhere, and by nothing else.
//!
//! # Where to start reading
//!
//! [`entry::Entry`] is a leaf, [`tree::Frontier`] grows the tree, [`tile`] tells
//! where its hashes are kept, [`checkpoint::Checkpoint`] is its signed head,
//! [`proof`] makes and checks the proofs.

pub mod checkpoint;
pub mod entry;
pub mod proof;
pub mod tile;
pub mod tree;
