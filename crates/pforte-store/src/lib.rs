//! Engine seam, repositories and migrations; only this crate names a database driver.
