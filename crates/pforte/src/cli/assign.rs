//! `pforte assign`: who has which role, where, when, with which strength.

use crate::cli::failure::{Done, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::parse;
use crate::cli::principal::{Principal, called};
use crate::cli::resolve;
use crate::cli::show::{Shown, names};
use crate::cli::week::{Spans, spoken};
use clap::{Args, Subcommand, ValueEnum};
use pforte_client::{AssignmentFilter, Client, every};
use pforte_wire::assignment::{Assignment, ChangeAssignment, Conditions, NewAssignment, Span};
use pforte_wire::time::Time;

/// Assignments: who has which role, where, when, with which strength
#[derive(Args)]
pub(crate) struct Assign {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Give a role to a user or a group
    Add {
        /// The role: identifier or name
        role: String,
        #[command(flatten)]
        to: Principal,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        when: When,
    },
    /// List assignments
    List {
        /// To this user
        #[arg(long)]
        user: Option<String>,
        /// To this group
        #[arg(long)]
        group: Option<String>,
        /// Of this role
        #[arg(long)]
        role: Option<String>,
    },
    /// Show one assignment
    Show {
        /// Its identifier
        assignment: String,
    },
    /// Change where, when and how strongly an assignment counts; what is not named stays
    Change(Change),
    /// Take the role away again
    Remove {
        /// The assignment's identifier
        assignment: String,
    },
}

/// Where an assignment counts.
#[derive(Args)]
struct Place {
    /// An area in which it counts, with all below it: path or identifier; may be repeated
    #[arg(long = "area", value_name = "AREA", required = true)]
    areas: Vec<String>,
    /// A station at which it counts: name or identifier; may be repeated; without it at any
    #[arg(long = "station", value_name = "STATION")]
    stations: Vec<String>,
}

/// When and how strongly it counts.
#[derive(Args)]
struct When {
    /// Times of the week at which it counts, in the plant's time zone, such as `mon-fri 06:00-14:00`; may be repeated
    #[arg(long, value_name = "TIMES")]
    schedule: Vec<Spans>,
    /// From when on it counts, such as 2026-11-23T06:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse::time)]
    from: Option<Time>,
    /// From when on it no longer counts
    #[arg(long, value_name = "TIME", value_parser = parse::time)]
    until: Option<Time>,
    /// How strongly the person must have proved who they are
    #[arg(long, value_enum)]
    strength: Option<Strength>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Strength {
    /// A badge alone
    Weak,
    /// One factor, such as a password
    Single,
    /// Two factors, or one bound to hardware and person
    Strong,
}

impl Strength {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Single => "single",
            Self::Strong => "strong",
        }
    }
}

#[derive(Args)]
struct Change {
    /// Its identifier
    assignment: String,
    /// An area in which it counts: path or identifier; may be repeated
    #[arg(long = "area", value_name = "AREA")]
    areas: Vec<String>,
    /// A station at which it counts: name or identifier; may be repeated
    #[arg(long = "station", value_name = "STATION")]
    stations: Vec<String>,
    #[command(flatten)]
    when: When,
    /// What no longer limits it
    #[arg(long, value_enum, value_name = "LIMIT", value_delimiter = ',')]
    without: Vec<Limit>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Limit {
    /// It counts at any station
    Stations,
    /// It counts at all times of the week
    Schedule,
    /// It counts at once
    From,
    /// It counts for ever
    Until,
    /// Any proof will do
    Strength,
}

impl Assign {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::Add { role, to, place, when } => {
                let new = new(&client, role, &to, place, when).await?;
                out.one(&client.add_assignment(&new).await?)
            }
            Verb::List { user, group, role } => {
                let filter = filter(&client, user, group, role).await?;
                out.list(&every(async |page| client.assignments(&filter, &page).await).await?)
            }
            Verb::Show { assignment } => out.one(&client.assignment(&assignment).await?),
            Verb::Change(change) => change.run(&client, out).await,
            Verb::Remove { assignment } => {
                client.remove_assignment(&assignment).await?;
                out.said("Removed.")
            }
        }
    }
}

async fn new(
    client: &Client,
    role: String,
    to: &Principal,
    place: Place,
    when: When,
) -> Result<NewAssignment, Failure> {
    let stations = resolve::station_ids(client, &place.stations).await?;
    let principal = to.reference(client).await?;
    let Conditions { schedule, from, until, strength } = when.conditions();
    Ok(NewAssignment { role, principal, areas: place.areas, stations, schedule, from, until, strength })
}

async fn filter(
    client: &Client,
    user: Option<String>,
    group: Option<String>,
    role: Option<String>,
) -> Result<AssignmentFilter, Failure> {
    let mut filter = AssignmentFilter::default();
    if let Some(user) = user {
        filter.user = Some(resolve::user(client, &user).await?.id);
    }
    if let Some(group) = group {
        filter.group = Some(resolve::group(client, &group).await?.id);
    }
    if let Some(role) = role {
        filter.role = Some(resolve::role(client, &role).await?.id);
    }
    Ok(filter)
}

impl When {
    fn conditions(self) -> Conditions {
        let spans: Vec<Span> = self.schedule.into_iter().flat_map(|spans| spans.0).collect();
        Conditions {
            schedule: (!spans.is_empty()).then_some(spans),
            from: self.from,
            until: self.until,
            strength: self.strength.map(|strength| strength.as_str().to_owned()),
        }
    }
}

impl Change {
    async fn run(self, client: &Client, out: &mut Out) -> Done {
        let known = client.assignment(&self.assignment).await?;
        let stations = resolve::station_ids(client, &self.stations).await?;
        let id = self.assignment.clone();
        out.one(&client.change_assignment(&id, &self.over(known, stations)).await?)
    }

    /// The assignment as it was, with what was said put over it.
    fn over(self, known: Assignment, stations: Vec<String>) -> ChangeAssignment {
        let ids = |named: Vec<pforte_wire::Named>| named.into_iter().map(|named| named.id).collect();
        let keeps = |limit: Limit| !self.without.contains(&limit);
        let new = self.when.conditions();
        let old = known.conditions;
        ChangeAssignment {
            version: known.version,
            areas: if self.areas.is_empty() { ids(known.areas) } else { self.areas },
            stations: match stations.is_empty() {
                false => stations,
                true if keeps(Limit::Stations) => ids(known.stations),
                true => Vec::new(),
            },
            schedule: new.schedule.or(old.schedule.filter(|_| keeps(Limit::Schedule))),
            from: new.from.or(old.from.filter(|_| keeps(Limit::From))),
            until: new.until.or(old.until.filter(|_| keeps(Limit::Until))),
            strength: new.strength.or(old.strength.filter(|_| keeps(Limit::Strength))),
        }
    }
}

impl Shown for Assignment {
    const HEADS: &'static [&'static str] = &["role", "who", "areas", "stations", "when", "strength", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.role.name.clone(),
            format!("{} {}", self.principal.kind, called(&self.principal)),
            names(&self.areas),
            if self.stations.is_empty() { "any".to_owned() } else { names(&self.stations) },
            when(&self.conditions),
            self.conditions.strength.clone().unwrap_or_default(),
            self.id.clone(),
        ]
    }
}

fn when(conditions: &Conditions) -> String {
    let mut words: Vec<String> = conditions.schedule.iter().flatten().map(spoken).collect();
    words.extend(conditions.from.map(|from| format!("from {from}")));
    words.extend(conditions.until.map(|until| format!("until {until}")));
    if words.is_empty() { "always".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use crate::cli::{Asking, Cli, Command};
    use clap::Parser;

    fn known() -> Assignment {
        serde_json::from_value(serde_json::json!({
            "id": "1", "role": {"id": "2", "name": "Operator"}, "version": 7,
            "principal": {"kind": "user", "id": "3", "name": "jana", "directory": "local"},
            "areas": [{"id": "a1", "name": "dairy"}], "stations": [{"id": "s1", "name": "panel 1"}],
            "schedule": [{"from": "mon 06:00", "to": "mon 14:00"}], "strength": "strong",
        }))
        .unwrap()
    }

    fn changed(words: &[&str]) -> ChangeAssignment {
        let words = ["pforte", "assign", "change", "1"].into_iter().chain(words.iter().copied());
        match Cli::try_parse_from(words).unwrap().command {
            Command::Asking(asking) => asked(*asking),
            _ => unreachable!("the words above say `assign change`"),
        }
    }

    fn asked(asking: Asking) -> ChangeAssignment {
        let Asking::Assign(Assign { verb: Verb::Change(change), .. }) = asking else {
            unreachable!("see above")
        };
        let stations = change.stations.clone();
        change.over(known(), stations)
    }

    #[test]
    fn what_is_not_named_stays() {
        let change = changed(&["--from", "2026-11-23T06:00:00Z"]);
        assert_eq!((change.version, change.areas.as_slice()), (7, &["a1".to_owned()][..]));
        assert_eq!(change.stations, ["s1"]);
        assert_eq!(change.strength.as_deref(), Some("strong"));
        assert_eq!(change.from.unwrap().to_string(), "2026-11-23T06:00:00.000000Z");
    }

    #[test]
    fn a_limit_is_taken_away_by_its_name() {
        let change = changed(&["--without", "stations,strength", "--without", "schedule"]);
        assert!(change.stations.is_empty() && change.strength.is_none() && change.schedule.is_none());
        let change = changed(&["--schedule", "tue-wed 06:00-14:00", "--station", "s2"]);
        assert_eq!(change.schedule.unwrap().len(), 2);
        assert_eq!(change.stations, ["s2"]);
    }
}
