//! The forms in which people write their name: `name`, `DOMAIN\name`,
//! `name@domain`.

use super::filter::Filter;
use super::message::Entry;
use pforte_model::name::{LoginName, fold};
use unicode_normalization::UnicodeNormalization;

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

impl<'a> Form<'a> {
    /// The attributes and values by which a directory with the DNS name `dns` knows
    /// the user. In `name@domain` the directory takes `name` as an account name too,
    /// even where the user has no principal name, or another one.
    fn values(self, dns: &str) -> Vec<(&'static str, &'a str)> {
        match self {
            Self::Account(account) | Self::Down { account, .. } => vec![(SAM, account)],
            Self::Principal { whole, account, suffix } if suffix.eq_ignore_ascii_case(dns) => {
                vec![(UPN, whole), (SAM, account)]
            }
            Self::Principal { whole, .. } => vec![(UPN, whole)],
        }
    }

    /// The name as an entry has it.
    const fn value(&self) -> &'a str {
        match self {
            Self::Account(account) | Self::Down { account, .. } => account,
            Self::Principal { whole, .. } => whole,
        }
    }
}

/// The filter that finds the user in the domain with the DNS name `dns`; `None`: no
/// user can have the name.
///
/// A directory has its own idea of which letters are the same, so beyond ASCII it
/// is asked for the name as it was written as well as for the folded one.
pub(super) fn filter(login: &LoginName, dns: &str) -> Option<Filter> {
    let mut asked: Vec<(&'static str, &str)> = Vec::new();
    for form in [login.as_str(), login.written()].into_iter().filter_map(form) {
        for (attribute, value) in form.values(dns) {
            let known = |(a, v): &(&str, &str)| *a == attribute && v.eq_ignore_ascii_case(value);
            if !asked.iter().any(known) {
                asked.push((attribute, value));
            }
        }
    }
    let mut filters: Vec<Filter> = asked.into_iter().map(|(a, value)| Filter::equal(a, value)).collect();
    if filters.len() > 1 { Some(Filter::Or(filters)) } else { filters.pop() }
}

/// Of the users found, those that are meant: with a principal name those that have
/// it, before those whose account name fits; then those whose name is spelt as it
/// was written.
pub(super) fn meant<'a>(found: &'a [Entry], login: &LoginName) -> Vec<&'a Entry> {
    let mut fitting: Vec<&Entry> = found.iter().collect();
    if let Some(Form::Principal { whole, .. }) = form(login.as_str()) {
        prefer(&mut fitting, |entry| entry.text(UPN).is_some_and(|upn| fold(upn) == whole));
    }
    if let Some(written) = form(login.written()).as_ref().map(Form::value) {
        let spelt = |value: &str| value.nfkc().eq(written.chars());
        prefer(&mut fitting, |entry| [SAM, UPN].iter().any(|name| entry.text(name).is_some_and(spelt)));
    }
    fitting
}

/// Keeps those for which this holds, or all if it holds for none.
fn prefer(entries: &mut Vec<&Entry>, holds: impl Fn(&Entry) -> bool) {
    if entries.iter().any(|entry| holds(entry)) {
        entries.retain(|entry| holds(entry));
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
