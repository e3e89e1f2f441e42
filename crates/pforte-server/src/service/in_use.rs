//! Telling what still uses a thing that shall be removed.

use crate::fault::Fault;
use pforte_wire::problem::Code;

/// Users of a thing that are told by name; of more only the number is told.
const TOLD: usize = 5;

/// Refuses if anything uses the thing, and names what uses it.
pub(crate) fn refuse(users: &[String]) -> Result<(), Fault> {
    if users.is_empty() {
        return Ok(());
    }
    let named: Vec<&str> = users.iter().take(TOLD).map(String::as_str).collect();
    let more = users.len() - named.len();
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    Err(Fault::about(Code::InUse, &format!("It is still used by {}{rest}.", named.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(users: usize) -> Option<String> {
        let users: Vec<String> = (1..=users).map(|number| format!("role {number}")).collect();
        refuse(&users).err().map(|fault| fault.detail)
    }

    #[test]
    fn what_uses_it_is_named_and_many_are_counted() {
        assert_eq!(detail(0), None);
        assert!(detail(2).is_some_and(|detail| detail.contains("by role 1, role 2. ")));
        assert!(detail(7).is_some_and(|detail| detail.contains("role 5 and 2 more.")));
    }
}
