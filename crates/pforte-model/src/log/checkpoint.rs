//! The signed head of the log, in the form of C2SP `tlog-checkpoint` and `signed-note`.
