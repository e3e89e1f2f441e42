//! The readers of what a host sends, for the fuzz targets.

/// Reads an answer of the account service as each kind of answer. Whether one of them took it.
#[must_use]
pub fn replies(bytes: &[u8]) -> bool {
    super::replies::read_all(bytes)
}

/// Reads an answer of a host as each kind of answer. Whether it is one.
#[must_use]
pub fn answer(bytes: &[u8]) -> bool {
    super::smb::read_all(bytes)
}

/// Reads a fragment of a call's answer and what it carries. Whether it is one.
#[must_use]
pub fn fragment(bytes: &[u8]) -> bool {
    let Ok(Some(fragment)) = super::rpc::fragment(bytes) else { return false };
    // What is bound is told by another kind of fragment, read all the same.
    let _ = super::rpc::accepted(&fragment.body);
    super::rpc::payload(&fragment).is_ok_and(|payload| payload.len() < fragment.size)
}

/// Reads a host's challenge and answers it. Whether it is one.
#[must_use]
pub fn challenge(bytes: &[u8]) -> bool {
    let person = super::ntlm::Person {
        user: "user",
        domain: "",
        password: "password",
        workstation: "pforte",
        target: "cifs/host",
        challenge: [7; 8],
    };
    super::ntlm::answer(bytes, &person, [0; 8]).is_ok_and(|proof| proof.message.len() <= bytes.len() + 1_024)
}
