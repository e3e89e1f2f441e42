//! A statement: one text for both engines.

/// A statement that was written down with [`statements!`]; there is no other way
/// to run one, so that the census meets them all.
///
/// Parameters are `$1`, `$2`, ... in both engines.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// Where it stands: module and constant.
    pub(crate) name: &'static str,
    /// Its text.
    pub(crate) text: &'static str,
}

impl Sql {
    /// Where it stands in the code: module and constant.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Its text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.text
    }
}

/// Writes down the statements of a module, and `ALL` of them for the census.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $(
            $(#[$doc])*
            pub(super) const $name: $crate::engine::Sql = $crate::engine::Sql {
                name: concat!(module_path!(), "::", stringify!($name)),
                text: $text,
            };
        )*

        /// Every statement of this module.
        pub(crate) const ALL: &[$crate::engine::Sql] = &[$($name),*];
    };
}
pub(crate) use statements;
