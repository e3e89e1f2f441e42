//! Labels that are known when the program is built.

/// A set of labels that are known when the program is built, each with its counter.
macro_rules! labelled {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {$(
            $(#[$variant_doc])*
            $variant,
        )*}

        impl $name {
            /// Every value, in the order in which they are shown.
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The label.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}

labelled! {
    /// How a try to log on ended.
    LogOn {
        /// The person is in.
        Done "done",
        /// Wrong name or password, or a state of the account that lets nobody in.
        Refused "refused",
        /// Too many wrong tries before; the password was not looked at.
        Throttled "throttled",
        /// The queue of passwords to be hashed was full or too slow.
        Busy "busy",
        /// The directory did not answer.
        Unavailable "unavailable",
        /// A fault of the server.
        Failed "failed",
    }
}

labelled! {
    /// Which kind of directory was asked.
    Asked {
        /// The built-in one.
        Local "local",
        /// An LDAP directory.
        Ldap "ldap",
        /// The accounts of this computer.
        Os "os",
        /// The accounts of a Windows or Samba host.
        Workgroup "workgroup",
        /// None: the name belongs to no directory.
        None "none",
    }
}

labelled! {
    /// Why a connection was not served.
    Turned {
        /// As many connections as are allowed are open.
        Full "full",
        /// The TLS handshake was not done in time.
        SlowHandshake "slow-handshake",
        /// The TLS handshake failed.
        BadHandshake "bad-handshake",
        /// HTTP without TLS.
        PlainHttp "plain-http",
        /// Nothing useful came for too long.
        Idle "idle",
        /// The peer proved nothing and stayed too long.
        Unproven "unproven",
        /// The listener could not take a connection from the system.
        System "system",
    }
}

labelled! {
    /// What a decision was.
    Decided {
        /// Allowed.
        Allowed "allowed",
        /// Not allowed.
        Denied "denied",
    }
}
