//! Fixtures with the real servers, and the one integration-test binary.
