//! The rights of an application: what it registers is what there is.
//!
//! A right that is left out is retired: it counts for nothing, but roles keep it
//! and it comes back, as the same, when it is registered again.

use crate::app::Shared;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::http::permit::{ManageApplications, Permit};
use crate::service::applications::{draft, find, whole};
use crate::service::plant::{Change, configure};
use crate::service::scribe::Origin;
use pforte_model::event::EventType;
use pforte_model::id::{ApplicationId, RightId};
use pforte_model::name::{Key, Label};
use pforte_store::applications;
use pforte_store::rights::{self, Right as Row};
use pforte_wire::application::{Application, NewRight, RegisterRights};
use std::collections::BTreeMap;

/// Most rights of an application.
pub const MOST_RIGHTS: usize = 2_000;

/// Most languages in which a right has a name.
pub const MOST_LANGUAGES: usize = 20;

/// The names to show, by language.
type Names = BTreeMap<String, String>;

/// Registers all rights of an application, by an administrator.
pub async fn register(
    app: &Shared,
    permit: &Permit<'_, ManageApplications>,
    id: ApplicationId,
    asked: RegisterRights,
) -> Result<Application, Fault> {
    write(app, permit.origin(), id, asked).await
}

/// Registers all rights of the application that calls.
pub async fn register_own(caller: &Caller, asked: RegisterRights) -> Result<Application, Fault> {
    let id = caller.application()?.id;
    write(caller.app(), caller.origin(), id, asked).await
}

async fn write(
    app: &Shared,
    origin: Origin,
    id: ApplicationId,
    asked: RegisterRights,
) -> Result<Application, Fault> {
    let version = asked.version;
    let wanted = checked(asked)?;
    configure(app, origin, async move |change| {
        let mut row = find(change.tx, id).await?;
        let read = version.unwrap_or(row.version);
        let difference = Difference::between(rights::of_application(change.tx, id).await?, wanted);
        let event = draft(EventType::RightsRegistered, &row).old(&difference.old).new(&difference.new);
        if read != row.version || difference != Difference::default() {
            applications::touch(change.tx, id, read).await?;
            row.version = read + 1;
        }
        difference.save(change, id).await?;
        change.event(event)?;
        let plant = change.app().live.plant();
        whole(&plant, change.tx, &row).await
    })
    .await
}

/// What is asked for, if it is within its bounds.
fn checked(asked: RegisterRights) -> Result<BTreeMap<Key, Names>, Fault> {
    if asked.rights.len() > MOST_RIGHTS {
        return Err(Fault::value("rights", &format!("at most {MOST_RIGHTS}")));
    }
    let mut wanted = BTreeMap::new();
    for NewRight { action, names } in asked.rights {
        let action = Key::parse(&action)?;
        if wanted.contains_key(&action) {
            return Err(Fault::value("rights", &format!("{action} stands there more than once")));
        }
        wanted.insert(action, checked_names(names)?);
    }
    Ok(wanted)
}

fn checked_names(names: Names) -> Result<Names, Fault> {
    if names.len() > MOST_LANGUAGES {
        return Err(Fault::value("names", &format!("at most {MOST_LANGUAGES} languages")));
    }
    let checked = |(language, name): (String, String)| {
        let code = language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase());
        if !code {
            return Err(Fault::value("names", "a language is two letters a to z, such as en"));
        }
        Ok((language, Label::parse(&name)?.to_string()))
    };
    names.into_iter().map(checked).collect()
}

/// What a registration changes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Difference {
    /// Rights that there never were.
    added: Vec<(Key, Names)>,
    /// Rights that were retired, come back, or have other names.
    updated: Vec<Row>,
    /// The names before, of what was registered and changes.
    old: BTreeMap<String, Names>,
    /// The names after; what is retired is missing.
    new: BTreeMap<String, Names>,
}

impl Difference {
    fn between(known: Vec<Row>, mut wanted: BTreeMap<Key, Names>) -> Self {
        let mut difference = Self::default();
        for row in known {
            let names = wanted.remove(&row.action);
            difference.note(row, names);
        }
        for (action, names) in wanted {
            difference.new.insert(action.to_string(), names.clone());
            difference.added.push((action, names));
        }
        difference
    }

    /// Notes what becomes of a right that is known already.
    fn note(&mut self, row: Row, wanted: Option<Names>) {
        let now = (!row.retired).then_some(&row.names);
        if now == wanted.as_ref() {
            return;
        }
        let action = row.action.to_string();
        if let Some(now) = now {
            self.old.insert(action.clone(), now.clone());
        }
        if let Some(wanted) = &wanted {
            self.new.insert(action, wanted.clone());
        }
        let retired = wanted.is_none();
        let names = wanted.unwrap_or_else(|| row.names.clone());
        self.updated.push(Row { names, retired, ..row });
    }

    async fn save(self, change: &mut Change<'_>, application: ApplicationId) -> Result<(), Fault> {
        for row in &self.updated {
            rights::update(change.tx, row).await?;
        }
        for (action, names) in self.added {
            let app = change.app();
            let id = RightId::from_bytes(app.ids.bytes(app.clock.micros()));
            rights::insert(change.tx, &Row { id, application, action, names, retired: false }).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use pforte_wire::problem::Code;

    fn names(english: &str) -> Names {
        BTreeMap::from([("en".to_owned(), english.to_owned())])
    }

    fn row(number: u8, action: &str, retired: bool) -> Row {
        Row {
            id: RightId::from_bytes([number; 16]),
            application: ApplicationId::from_bytes([9; 16]),
            action: Key::parse(action).unwrap(),
            names: names(action),
            retired,
        }
    }

    fn wanted(actions: &[&str]) -> BTreeMap<Key, Names> {
        actions.iter().map(|action| (Key::parse(action).unwrap(), names(action))).collect()
    }

    #[test]
    fn what_is_left_out_is_retired_and_what_comes_back_keeps_its_identity() {
        let known = vec![row(1, "open", false), row(2, "close", true), row(3, "stop", false)];
        let difference = Difference::between(known, wanted(&["close", "start", "stop"]));
        assert_eq!(difference.updated, [row(1, "open", true), row(2, "close", false)]);
        assert_eq!(difference.added, [(Key::parse("start").unwrap(), names("start"))]);
        assert_eq!(difference.old.keys().collect::<Vec<_>>(), ["open"]);
        assert_eq!(difference.new.keys().collect::<Vec<_>>(), ["close", "start"]);
    }

    #[test]
    fn the_same_rights_again_change_nothing() {
        let known = vec![row(1, "open", false), row(2, "close", true)];
        assert_eq!(Difference::between(known, wanted(&["open"])), Difference::default());
    }

    #[test]
    fn bounds_of_names_and_repetitions_are_refused() {
        let right = |action: &str, language: &str, name: &str| NewRight {
            action: action.to_owned(),
            names: BTreeMap::from([(language.to_owned(), name.to_owned())]),
        };
        let code = |rights: Vec<NewRight>| {
            checked(RegisterRights { version: None, rights }).err().map(|fault| fault.code)
        };
        assert_eq!(code(vec![right("Open", "en", "Open")]), None);
        assert_eq!(code(vec![right("a b", "en", "Open")]), Some(Code::NameInvalid));
        assert_eq!(code(vec![right("open", "en", "a\u{202e}b")]), Some(Code::NameInvalid));
        assert_eq!(code(vec![right("open", "eng", "Open")]), Some(Code::ValueInvalid));
        assert_eq!(code(vec![right("open", "EN", "Open")]), Some(Code::ValueInvalid));
        assert_eq!(code(vec![right("open", "en", "a"), right("OPEN", "en", "b")]), Some(Code::ValueInvalid));
        let many = (0..=MOST_RIGHTS).map(|number| right(&format!("a{number}"), "en", "x")).collect();
        assert_eq!(code(many), Some(Code::ValueInvalid));
    }
}
