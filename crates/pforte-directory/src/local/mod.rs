//! The built-in directory: how passwords are judged, kept and checked.
