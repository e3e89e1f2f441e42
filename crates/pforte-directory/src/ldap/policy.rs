//! The password policy control (draft-behera-ldap-password-policy): in which state an
//! account is, told with the answer to a bind.

use super::ber::{BOOLEAN, OCTETS, Reader, SEQUENCE, Writer};
use super::fault::FaultKind;

/// The control.
const POLICY: &[u8] = b"1.3.6.1.4.1.42.2.27.8.5.1";
/// Where controls stand.
const CONTROLS: u8 = 0xa0;

/// What a server's policy says of a bind, by its number; numbers that are not here mean
/// something only for a change of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// The password is past its greatest age.
    Expired,
    /// The account is locked after wrong passwords.
    Locked,
    /// The password must be changed.
    MustChange,
    /// Nothing that stands against a log-on.
    Nothing,
}

/// Asks for the control.
pub(super) fn ask(to: &mut Writer) {
    to.holding(CONTROLS, |to| to.holding(SEQUENCE, |to| to.bytes(OCTETS, POLICY)));
}

/// What the controls of an answer say; `None`: nothing of a policy.
pub(super) fn heard(mut message: Reader<'_>) -> Result<Option<Policy>, FaultKind> {
    if message.is_empty() {
        return Ok(None);
    }
    let mut controls = message.open(CONTROLS)?;
    while !controls.is_empty() {
        let mut control = controls.open(SEQUENCE)?;
        if control.expect(OCTETS)? != POLICY {
            continue;
        }
        if control.is_empty() {
            return Ok(Some(Policy::Nothing));
        }
        let (tag, content) = control.next()?;
        let value = if tag == BOOLEAN { control.expect(OCTETS)? } else { content };
        return read(value).map(Some);
    }
    Ok(None)
}

fn read(value: &[u8]) -> Result<Policy, FaultKind> {
    /// The warnings, which are not needed: what the password's end is, is read.
    const WARNING: u8 = 0xa0;
    const ERROR: u8 = 0x81;
    let mut parts = Reader::new(value).open(SEQUENCE)?;
    while !parts.is_empty() {
        match parts.next()? {
            (ERROR, [0]) => return Ok(Policy::Expired),
            (ERROR, [1]) => return Ok(Policy::Locked),
            (ERROR, [2]) => return Ok(Policy::MustChange),
            (ERROR | WARNING, _) => {}
            _ => return Err(FaultKind::Garbage),
        }
    }
    Ok(Policy::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(value: &[u8]) -> Vec<u8> {
        let mut writer = Writer::with_room(64);
        writer.holding(CONTROLS, |to| {
            to.holding(SEQUENCE, |to| {
                to.bytes(OCTETS, POLICY);
                to.bytes(OCTETS, value);
            });
        });
        writer.finish().to_vec()
    }

    #[test]
    fn the_policy_tells_the_state_with_or_without_a_warning() {
        for (value, expected) in [
            (&[0x30, 3, 0x81, 1, 0][..], Policy::Expired),
            (&[0x30, 3, 0x81, 1, 1], Policy::Locked),
            (&[0x30, 8, 0xa0, 3, 0x80, 1, 5, 0x81, 1, 2], Policy::MustChange),
            (&[0x30, 3, 0x81, 1, 7], Policy::Nothing),
            (&[0x30, 0], Policy::Nothing),
        ] {
            assert_eq!(heard(Reader::new(&control(value))), Ok(Some(expected)), "{value:?}");
        }
        assert_eq!(heard(Reader::new(&[])), Ok(None));
        assert!(heard(Reader::new(&control(&[0x30, 9, 0x81]))).is_err());
    }
}
