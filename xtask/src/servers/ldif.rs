//! LDIF, distinguished names and filters, as far as filling and changing a test directory needs them.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::population::{Kind, group_dn};

/// A text of changes to a directory.
#[derive(Clone, Debug, Default)]
pub struct Ldif(String);

impl Ldif {
    /// Adds an entry.
    #[must_use]
    pub fn add(self, dn: &str, attributes: &[(&str, &str)]) -> Self {
        let begun = self.line("dn", dn).line("changetype", "add");
        attributes.iter().fold(begun, |ldif, (name, value)| ldif.line(name, value)).end()
    }

    /// Adds an ordinary user, who can log on.
    #[must_use]
    pub fn user(self, dn: &str, login: &str, upn: &str, password: &str) -> Self {
        let attributes = [
            ("objectClass", "user"),
            ("sAMAccountName", login),
            ("userPrincipalName", upn),
            ("displayName", login),
            ("mail", upn),
        ];
        self.add(dn, &attributes).password(dn, password).replace(dn, "userAccountControl", &["512"])
    }

    /// Adds a group with these distinguished names as its members.
    #[must_use]
    pub fn group(self, name: &str, kind: Kind, members: &[String]) -> Self {
        let members = members.iter().map(|member| ("member", member.as_str()));
        let fixed = [("objectClass", "group"), ("sAMAccountName", name), ("groupType", kind.value())];
        let attributes: Vec<(&str, &str)> = fixed.into_iter().chain(members).collect();
        self.add(&group_dn(name), &attributes)
    }

    /// Puts these values in the place of all that an attribute holds.
    #[must_use]
    pub fn replace(self, dn: &str, attribute: &str, values: &[&str]) -> Self {
        self.change(dn, "replace", attribute, values)
    }

    /// Puts this access list, alone in a security descriptor, in the place of an entry's own (MS-ADTS 3.1.1.3.4.1.11).
    #[must_use]
    pub fn access_list(self, dn: &str, descriptor: &[u8]) -> Self {
        let list_alone = "1.2.840.113556.1.4.801 true:: MAMCAQQ=";
        self.line("dn", dn).line("control", list_alone).replace_bytes("nTSecurityDescriptor", descriptor)
    }

    /// Gives an attribute further values.
    #[must_use]
    pub fn add_values(self, dn: &str, attribute: &str, values: &[&str]) -> Self {
        self.change(dn, "add", attribute, values)
    }

    /// Takes values from an attribute.
    #[must_use]
    pub fn remove_values(self, dn: &str, attribute: &str, values: &[&str]) -> Self {
        self.change(dn, "delete", attribute, values)
    }

    /// Removes an entry.
    #[must_use]
    pub fn remove(self, dn: &str) -> Self {
        self.line("dn", dn).line("changetype", "delete").end()
    }

    /// Gives an entry another name in the place where it stands.
    #[must_use]
    pub fn rename(self, dn: &str, rdn: &str) -> Self {
        self.line("dn", dn).line("changetype", "modrdn").line("newrdn", rdn).line("deleteoldrdn", "1").end()
    }

    /// Sets a user's password, as Active Directory wants it: quoted, in UTF-16.
    #[must_use]
    pub fn password(self, dn: &str, password: &str) -> Self {
        self.line("dn", dn).replace_bytes("unicodePwd", &quoted_utf16(password))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    fn replace_bytes(self, attribute: &str, value: &[u8]) -> Self {
        let mut ldif = self.line("changetype", "modify").line("replace", attribute);
        ldif.encoded(attribute, value);
        ldif.line("-", "").end()
    }

    fn change(self, dn: &str, how: &str, attribute: &str, values: &[&str]) -> Self {
        let begun = self.line("dn", dn).line("changetype", "modify").line(how, attribute);
        values.iter().fold(begun, |ldif, value| ldif.line(attribute, value)).line("-", "").end()
    }

    fn line(mut self, name: &str, value: &str) -> Self {
        match (name, value) {
            ("-", _) => self.0.push_str("-\n"),
            _ if is_plain(value) => self.push(name, ": ", value),
            _ => self.encoded(name, value.as_bytes()),
        }
        self
    }

    fn encoded(&mut self, name: &str, value: &[u8]) {
        self.push(name, ":: ", &BASE64_STANDARD.encode(value));
    }

    fn push(&mut self, name: &str, sign: &str, value: &str) {
        self.0.extend([name, sign, value, "\n"]);
    }

    fn end(mut self) -> Self {
        self.0.push('\n');
        self
    }
}

/// Whether a value may stand in LDIF as it is.
fn is_plain(value: &str) -> bool {
    let printable = value.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    printable && !value.starts_with([' ', ':', '<']) && !value.ends_with(' ')
}

fn quoted_utf16(password: &str) -> Vec<u8> {
    format!("\"{password}\"").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A value as it stands in a distinguished name.
#[must_use]
pub fn in_dn(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut escaped = String::new();
    for (place, c) in value.chars().enumerate() {
        let at_edge = (c == ' ' && (place == 0 || place == last)) || (c == '#' && place == 0);
        if at_edge || ",+\"\\<>;=".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The value that a line such as `cn: x` or `cn:: eA==` gives an attribute; `None` for other lines.
#[must_use]
pub fn value_in(line: &str, attribute: &str) -> Option<Vec<u8>> {
    let (name, value) = line.split_once(':')?;
    if !name.eq_ignore_ascii_case(attribute) {
        return None;
    }
    match value.strip_prefix(':') {
        Some(encoded) => BASE64_STANDARD.decode(encoded.trim()).ok(),
        None => Some(value.trim_start().as_bytes().to_vec()),
    }
}

/// A value as it stands in a filter.
#[must_use]
pub fn in_filter(value: &str) -> String {
    value.chars().fold(String::new(), |mut escaped, c| {
        // Writing to a text does not fail.
        let _ = match c {
            '*' | '(' | ')' | '\\' | '\0' => write!(escaped, "\\{:02x}", u32::from(c)),
            _ => escaped.write_char(c),
        };
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_plain_is_encoded() {
        let ldif = Ldif::default().add("CN=ü", &[("cn", " x"), ("sn", "plain: yes")]);
        assert_eq!(ldif.text(), "dn:: Q049w7w=\nchangetype: add\ncn:: IHg=\nsn: plain: yes\n\n");
    }

    #[test]
    fn what_has_a_meaning_in_a_name_or_filter_is_escaped() {
        assert_eq!(in_dn("#a, b+c "), "\\#a\\, b\\+c\\ ");
        assert_eq!(in_filter("a*(b)\\"), "a\\2a\\28b\\29\\5c");
    }
}
