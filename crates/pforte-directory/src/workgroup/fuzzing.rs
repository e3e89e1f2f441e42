//! The readers of what a host sends, for the fuzz targets.

/// Reads an answer of the account service as each kind of answer.
pub fn replies(bytes: &[u8]) {
    super::replies::read_all(bytes);
}

/// Reads a fragment of a call's answer and what it carries.
pub fn fragment(bytes: &[u8]) {
    if let Ok(Some(fragment)) = super::rpc::fragment(bytes) {
        // What it carries is of no interest, only that it can be read.
        let _ = (super::rpc::payload(&fragment).is_ok(), super::rpc::accepted(&fragment.body));
    }
}

/// Reads a host's challenge and answers it.
pub fn challenge(bytes: &[u8]) {
    let person = super::ntlm::Person {
        user: "user",
        domain: "",
        password: "password",
        workstation: "pforte",
        target: "cifs/host",
        challenge: [7; 8],
    };
    // As above.
    let _ = super::ntlm::answer(bytes, &person, [0; 8]).is_ok();
}
