//! What trying a directory out finds, in words.
//!
//! One table: each sentence has a stable key, so that it can be told in any language,
//! and an English text in which `{{name}}` stands for what was found. What needs no
//! words, such as an address, is in no table.

use crate::fault::Fault;
use crate::tried::Found;

macro_rules! sentences {
    ($($name:ident, $key:literal, $english:literal;)*) => {
        /// A sentence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Says {
            $(#[doc = $english] $name,)*
        }

        impl Says {
            /// Every sentence, for texts in other languages.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable name.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// The English text.
            #[must_use]
            pub const fn english(self) -> &'static str {
                match self { $(Self::$name => $english,)* }
            }
        }
    };
}

sentences! {
    PortsOpen, "ports-open", "{{open}} open";
    PortsClosed, "ports-closed", "{{open}} open, {{closed}} closed";
    SigningRequired, "signing-required", "signing required";
    CertificateUntil, "certificate-until", "until {{date}} ({{days}} days)";
    ServerPurpose, "server-purpose", "server authentication";
    CertificateKey, "certificate-key", "{{kind}} of {{bits}} bits, signed with {{signature}}";
    IssuedBy, "issued-by", "issued by {{issuer}}";
    NoTls, "no-tls", "none: sealed by Kerberos";
    Sealed, "sealed", "{{server}}: sealed by Kerberos";
    Writable, "writable", "{{site}}, writable";
    ReadOnly, "read-only", "{{site}}, read-only";
    ByKerberos, "by-kerberos", "{{account}}, by Kerberos";
    ByPassword, "by-password", "{{account}}, by its password";
    OrdinaryAccount, "ordinary-account", "an ordinary account";
    NeverEnds, "never-ends", "never ends";
    EndsInDays, "ends-in-days", "ends in {{days}} days";
    BindingAlways, "binding-always", "always required";
    BindingWhenSent, "binding-when-sent", "checked when sent";
    Readable, "readable", "can be read";
    Users, "users", "{{number}} users, such as {{login}}";
    MoreUsers, "more-users", "more than {{number}} users, such as {{login}}";
    NoUsers, "no-users", "no users";
    NotTold, "not-told", "not told";
    Smb, "smb", "SMB 3.1.1, signed, encrypted with {{cipher}}";
    NobodyRefused, "nobody-refused", "nobody is let in ({{answer}})";
}

/// A sentence and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The sentence.
    pub says: Says,
    /// What stands in it, by name.
    pub with: Vec<(&'static str, String)>,
}

impl Says {
    /// This sentence, about what was found.
    pub(crate) fn of(self, with: &[(&'static str, &dyn ToString)]) -> Found {
        let with: Vec<_> = with.iter().map(|(name, value)| (*name, value.to_string())).collect();
        let filled =
            |text: String, (name, value): &(&str, String)| text.replace(&format!("{{{{{name}}}}}"), value);
        let detail = with.iter().fold(self.english().to_owned(), filled);
        Found { detail, said: Some(Said { says: self, with }), doubt: None }
    }

    /// This sentence, which says all by itself.
    pub(crate) fn alone(self) -> Found {
        self.of(&[])
    }
}

impl Found {
    /// The same with a doubt, if there is one.
    pub(crate) fn doubted(self, doubt: Option<Fault>) -> Self {
        Self { doubt, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_sentence_has_a_key_of_its_own() {
        let keys: HashSet<_> = Says::ALL.iter().map(|says| says.key()).collect();
        assert_eq!(keys.len(), Says::ALL.len());
    }

    #[test]
    fn what_was_found_stands_in_the_sentence() {
        let found = Says::CertificateUntil.of(&[("date", &"2036-11-20"), ("days", &9)]);
        assert_eq!(found.detail, "until 2036-11-20 (9 days)");
        assert_eq!(Says::NeverEnds.alone().detail, "never ends");
    }
}
