//! Addresses: the server's base, and the target of one call.

use crate::list::Page;
use crate::trust::BadSettings;
use hyper::http::uri::{Authority, Scheme, Uri};
use std::fmt::Write;

/// Where all operations lie below the base.
const API: &str = "/api/v1";

/// The server: `https`, a host, a port, perhaps a path.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    authority: Authority,
    prefix: String,
}

impl Base {
    /// Reads `https://host[:port][/path]`; the port is 443 without it.
    pub(crate) fn parse(text: &str) -> Result<Self, BadSettings> {
        let uri: Uri = text.trim().parse().map_err(|_| BadSettings::Address)?;
        let authority = uri.authority().ok_or(BadSettings::Address)?;
        if uri.scheme() != Some(&Scheme::HTTPS) {
            return Err(BadSettings::NotTls);
        }
        if uri.query().is_some() || authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(BadSettings::Address);
        }
        let prefix = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { authority: authority.clone(), prefix })
    }

    /// The whole address of a target.
    pub(crate) fn join(&self, target: &Target) -> Option<Uri> {
        Uri::builder()
            .scheme(Scheme::HTTPS)
            .authority(self.authority.clone())
            .path_and_query(format!("{}{}", self.prefix, target.text))
            .build()
            .ok()
    }
}

/// The path and query of one call.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    text: String,
    asked: bool,
}

impl Target {
    /// An operation of the API, by the steps of its path.
    pub(crate) fn api(steps: &[&str]) -> Self {
        Self::below(API, steps)
    }

    /// An address outside of the API.
    pub(crate) fn root(step: &str) -> Self {
        Self::below("", &[step])
    }

    fn below(root: &str, steps: &[&str]) -> Self {
        let mut text = root.to_owned();
        for step in steps {
            text.push('/');
            encode(step, &mut text);
        }
        Self { text, asked: false }
    }

    /// Adds a parameter, if there is a value for it.
    pub(crate) fn with(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.text.push(if self.asked { '&' } else { '?' });
            self.text.push_str(name);
            self.text.push('=');
            encode(value, &mut self.text);
            self.asked = true;
        }
        self
    }

    /// Adds a parameter that is a number, if there is one.
    pub(crate) fn with_number(self, name: &str, value: Option<u64>) -> Self {
        let text = value.map(|number| number.to_string());
        self.with(name, text.as_deref())
    }

    /// Adds which part of a list is asked for.
    pub(crate) fn page(self, page: &Page) -> Self {
        self.with("after", page.after.as_deref()).with_number("limit", page.limit.map(u64::from))
    }
}

/// Writes every byte that RFC 3986 does not call unreserved as `%XX`.
fn encode(text: &str, to: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => to.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => drop(write!(to, "%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn only_tls_to_a_plain_host_is_an_address() {
        for good in ["https://localhost:8443", "https://[::1]:8443/", "https://plant.example/pforte/"] {
            assert!(Base::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Base::parse("http://localhost:8443").unwrap_err(), BadSettings::NotTls);
        for bad in ["", "localhost:8443", "https://", "https://a:b@host", "https://host?x=1", "ftp//x"] {
            assert!(Base::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_step_cannot_leave_its_place_in_the_path() {
        let base = Base::parse("https://plant.example/pforte/").unwrap();
        let target = Target::api(&["users", "../a?b#c d"]).with("search", Some("ä&x=1")).with("after", None);
        assert_eq!(
            base.join(&target).unwrap().to_string(),
            "https://plant.example/pforte/api/v1/users/..%2Fa%3Fb%23c%20d?search=%C3%A4%26x%3D1"
        );
    }

    #[test]
    fn parameters_are_joined_in_their_order() {
        let target = Target::api(&["events"]).with_number("after", Some(7)).with("type", Some("logged-on"));
        assert_eq!(target.text, "/api/v1/events?after=7&type=logged-on");
    }
}
