//! The forms in which people write their name: `name`, `DOMAIN\name`,
//! `name@domain`.

use super::filter::Filter;
use super::message::Entry;

/// A login name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// `name`: the account name in this domain.
    Account(&'a str),
    /// `DOMAIN\name`: the account name in the domain of that `NetBIOS` or DNS name.
    Down { domain: &'a str, account: &'a str },
    /// `name@suffix`: a user principal name.
    Principal { whole: &'a str, account: &'a str, suffix: &'a str },
}

/// Takes a login name apart. `None`: no user can have it.
pub(super) fn form(login: &str) -> Option<Form<'_>> {
    if let Some((domain, account)) = login.split_once('\\') {
        let fits = !domain.is_empty() && !account.is_empty() && !account.contains('\\');
        return fits.then_some(Form::Down { domain, account });
    }
    match login.rsplit_once('@') {
        Some(("", _) | (_, "")) => None,
        Some((account, suffix)) => Some(Form::Principal { whole: login, account, suffix }),
        None => Some(Form::Account(login)),
    }
}

/// The account name.
pub(super) const SAM: &str = "sAMAccountName";
/// The user principal name.
pub(super) const UPN: &str = "userPrincipalName";
/// What kind of account it is.
pub(super) const KIND: &str = "sAMAccountType";
/// The kind of people: not of computers and groups (MS-SAMR 2.2.1.9).
const PERSON: i64 = 0x3000_0000;

impl Form<'_> {
    /// The filter that finds the user in the domain with the DNS name `dns`.
    /// In `name@domain` the directory takes `name` as an account name too, even
    /// where the user has no principal name, or another one.
    pub(super) fn filter(&self, dns: &str) -> Filter {
        match self {
            Self::Account(account) | Self::Down { account, .. } => Filter::equal(SAM, account),
            Self::Principal { whole, account, suffix } if suffix.eq_ignore_ascii_case(dns) => {
                Filter::Or(vec![Filter::equal(UPN, whole), Filter::equal(SAM, account)])
            }
            Self::Principal { whole, .. } => Filter::equal(UPN, whole),
        }
    }
}

/// Whether an entry is a person's. Asking the server for people only would cost
/// it more than all the rest of the search.
pub(super) fn is_person(entry: &Entry) -> bool {
    entry.number(KIND) == Some(PERSON)
}

/// Users who are people: not computers, not contacts.
pub(super) fn people() -> Filter {
    Filter::And(vec![Filter::equal("objectCategory", "person"), Filter::equal("objectClass", "user")])
}

/// The name of the top entry of a domain: `DC=ad,DC=test,DC=lab`.
pub(super) fn top_of(domain: &str) -> String {
    let parts: Vec<String> = domain.split('.').map(|label| format!("DC={label}")).collect();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_told_apart() {
        assert_eq!(form("alice"), Some(Form::Account("alice")));
        assert_eq!(form("ad\\alice"), Some(Form::Down { domain: "ad", account: "alice" }));
        let principal = Form::Principal { whole: "a@b@ad.test", account: "a@b", suffix: "ad.test" };
        assert_eq!(form("a@b@ad.test"), Some(principal));
        assert_eq!(form("*)(uid=*"), Some(Form::Account("*)(uid=*")));
    }

    #[test]
    fn half_a_name_is_nobody() {
        for login in ["\\alice", "ad\\", "ad\\x\\alice", "@ad.test", "alice@"] {
            assert_eq!(form(login), None, "{login}");
        }
    }

    #[test]
    fn a_domain_has_a_top_entry() {
        assert_eq!(top_of("ad.test.lab"), "DC=ad,DC=test,DC=lab");
    }
}
