//! Who may read what of an entry: its security descriptor (MS-DTYP 2.4.6), as far as taking rights away needs it.

/// A property set of Active Directory, or all properties.
#[derive(Clone, Copy, Debug)]
pub enum Properties {
    /// Whether and until when the account may log on, such as `userAccountControl`.
    AccountRestrictions,
    /// When and where it may log on and did, such as `logonHours`.
    LogonInformation,
    /// Whatever an entry has.
    All,
}

impl Properties {
    /// The identity of the set, as it stands in a descriptor.
    const fn guid(self) -> Option<[u8; 16]> {
        match self {
            Self::AccountRestrictions => Some(0x0042_164c_c020_d011_a768_00aa_006e_0529_u128.to_be_bytes()),
            Self::LogonInformation => Some(0x1020_205f_a579_d011_9020_00c0_4fc2_d4cf_u128.to_be_bytes()),
            Self::All => None,
        }
    }

    /// An entry of an access list that forbids this account to read them.
    fn denied_to(self, sid: &[u8]) -> Option<Vec<u8>> {
        const READ_PROPERTY: u32 = 0x10;
        let (kind, object) = match self.guid() {
            Some(guid) => (6, [&1_u32.to_le_bytes()[..], &guid].concat()),
            None => (1, Vec::new()),
        };
        let size = u16::try_from(8 + object.len() + sid.len()).ok()?;
        Some([&[kind, 0][..], &size.to_le_bytes(), &READ_PROPERTY.to_le_bytes(), &object, sid].concat())
    }
}

/// A descriptor that holds an access list and nothing behind it, with one more entry in front: this account may not
/// read these properties. `None`: it is no such descriptor.
#[must_use]
pub fn denying(descriptor: &[u8], sid: &[u8], properties: Properties) -> Option<Vec<u8>> {
    let number = |bytes: &[u8], at: usize| Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let begin = u32::from_le_bytes(*descriptor.get(16..)?.first_chunk()?);
    let (head, list) = descriptor.split_at_checked(usize::try_from(begin).ok()?)?;
    let (list, entries) = list.split_at_checked(8)?;
    let denied = properties.denied_to(sid)?;
    let size = number(list, 2)?.checked_add(u16::try_from(denied.len()).ok()?)?.to_le_bytes();
    let count = number(list, 4)?.checked_add(1)?.to_le_bytes();
    // Lists that name properties have the revision 4.
    Some([head, &[4, 0], &size, &count, &[0, 0], &denied, entries].concat())
}
