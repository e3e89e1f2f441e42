//! Why Kerberos gave nothing.

/// Bytes that nobody who knows the key wrote so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Altered;

/// Bytes that are no message of Kerberos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// What a key distribution centre refused with. Nothing proves who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code (RFC 4120, section 7.5.9).
    pub code: i32,
    /// The Windows status, if it came with one.
    pub status: Option<u32>,
    /// The server's time, in seconds since 1970.
    pub server_time: i64,
}

/// Codes of [`Refusal`] that are treated apart.
pub mod code {
    /// There is no such user.
    pub const UNKNOWN_CLIENT: i32 = 6;
    /// There is no such service.
    pub const UNKNOWN_SERVER: i32 = 7;
    /// Policy: hours, workstations, or a kind of log-on that is not allowed.
    pub const POLICY: i32 = 12;
    /// No kind of encryption that both accept.
    pub const ETYPE: i32 = 14;
    /// Disabled, expired or locked.
    pub const CLIENT_REVOKED: i32 = 18;
    /// The account's time has not come.
    pub const CLIENT_NOT_YET: i32 = 21;
    /// The password has expired or must be changed.
    pub const KEY_EXPIRED: i32 = 23;
    /// The password is wrong.
    pub const PREAUTH_FAILED: i32 = 24;
    /// Proof of the password is asked for.
    pub const PREAUTH_REQUIRED: i32 = 25;
    /// The clocks differ too much.
    pub const SKEW: i32 = 37;
    /// The realm is another one.
    pub const WRONG_REALM: i32 = 68;
}

/// Why Kerberos gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No key distribution centre answered.
    #[error("no key distribution centre answers: {0}")]
    Silent(String),
    /// It refused.
    #[error("the key distribution centre refused with code {}", .0.code)]
    Refused(Refusal),
    /// Its answer is no message of Kerberos, or not to what was asked.
    #[error("the answer makes no sense")]
    Unreadable,
    /// Its answer was not made by who knows the key.
    #[error("the answer is false")]
    False,
    /// It offers no kind of encryption that is accepted here.
    #[error("no encryption that both accept")]
    Etypes,
}

impl From<Altered> for Error {
    fn from(_: Altered) -> Self {
        Self::False
    }
}

impl From<Unreadable> for Error {
    fn from(_: Unreadable) -> Self {
        Self::Unreadable
    }
}
