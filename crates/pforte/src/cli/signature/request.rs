//! `pforte signature request`: what is asked to be signed, and how it stands.

mod record;

use super::reference::Reference;
use super::shown;
use super::sign::By;
use crate::cli::failure::{Done, End, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::resolve;
use clap::{Args, Subcommand};
use pforte_client::{Client, Page, SignatureRequestFilter};
use pforte_wire::signature::{CancelRequest, Change, RequestSignatures, SignatureRequest};
use std::time::{Duration, Instant};

/// Most requests of a page.
const PAGE: u16 = 200;

/// How long the server is asked to wait at a time.
const TURN: Duration = Duration::from_secs(30);

/// Requests: what is to be signed, and how it stands
#[derive(Args)]
pub(crate) struct Request {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Ask for the signatures that the policy of an action wants; with the same key the same request is told
    Ask(Box<Ask>),
    /// List requests, the newest first: to an application its own
    List(List),
    /// Show one request with its signatures
    Show {
        /// Identifier, or the address of its page
        #[arg(value_parser = Reference::parse)]
        request: Reference,
    },
    /// Wait until a request is over; the exit code is 0 only if it is complete
    Wait {
        /// Identifier, or the address of its page
        #[arg(value_parser = Reference::parse)]
        request: Reference,
        /// Wait no longer than so many seconds
        #[arg(long, value_name = "SECONDS")]
        longest: Option<u64>,
    },
    /// Cancel a request: an application its own; a person with name and password, by a role that may
    Cancel {
        /// Identifier, or the address of its page
        #[arg(value_parser = Reference::parse)]
        request: Reference,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        by: By,
    },
}

#[derive(Args)]
struct Ask {
    /// What you call the request; an application gives each its own
    key: String,
    /// The action, `application/action`
    #[arg(long, value_name = "RIGHT")]
    action: String,
    /// The area where it is done: path or identifier
    #[arg(long)]
    area: String,
    /// What it is done to, such as a batch
    #[arg(long)]
    object: String,
    /// What is to be done, in words
    #[arg(long)]
    description: Option<String>,
    /// What shall come of it
    #[arg(long)]
    outcome: Option<String>,
    /// A value that is written: its name, the value before and after, empty if there is none; may be repeated
    #[arg(long = "change", num_args = 3, value_names = ["WHAT", "OLD", "NEW"])]
    changes: Vec<String>,
    #[command(flatten)]
    record: record::Record,
    /// The session of whoever performs the act (applications only)
    #[arg(long)]
    session: Option<String>,
    /// The station at which it is done (applications only): identifier
    #[arg(long)]
    station: Option<String>,
}

#[derive(Args)]
struct List {
    /// In this state: open, checking, complete, refused, cancelled, expired
    #[arg(long)]
    state: Option<String>,
    /// About this object
    #[arg(long)]
    object: Option<String>,
    /// Signed by this person: the identifier of the person, or the name of one of the person's users
    #[arg(long, value_name = "PERSON")]
    person: Option<String>,
    /// Most requests
    #[arg(long, value_name = "COUNT", default_value_t = 200)]
    limit: usize,
}

impl Request {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::Ask(ask) => {
                let asked = ask.asked(&client).await?;
                shown::whole(out, &client.request_signatures(&asked).await?)
            }
            Verb::List(list) => out.list(&list.read(&client).await?),
            Verb::Show { request } => {
                let (id, view) = request.seen();
                shown::whole(out, &client.signature_request(id, view).await?)
            }
            Verb::Wait { request, longest } => {
                let over = wait(&client, &request, longest.map(Duration::from_secs)).await?;
                shown::whole(out, &over)?;
                Ok(End::of(over.state == "complete"))
            }
            Verb::Cancel { request, reason, by } => {
                let cancel = cancel(by, reason)?;
                shown::whole(out, &client.cancel_signature_request(&request.id, &cancel).await?)
            }
        }
    }
}

/// An application says why and nothing else.
fn cancel(by: By, reason: String) -> Result<CancelRequest, Failure> {
    let By { user, directory, password } = by;
    let password =
        if user.is_some() || password.is_told() { Some(By::ask(user.as_deref(), &password)?) } else { None };
    Ok(CancelRequest { reason, directory, user, password })
}

impl Ask {
    async fn asked(self, client: &Client) -> Result<RequestSignatures, Failure> {
        let value = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let change = |three: &[String]| match three {
            [what, old, new] => Some(Change { what: what.clone(), old: value(old), new: value(new) }),
            _ => None,
        };
        Ok(RequestSignatures {
            key: self.key,
            action: self.action,
            area: self.area,
            object: self.object,
            description: self.description,
            outcome: self.outcome,
            changes: self.changes.chunks(3).filter_map(change).collect(),
            record: self.record.asked(client).await?,
            session: self.session,
            station: self.station,
        })
    }
}

impl List {
    async fn read(self, client: &Client) -> Result<Vec<SignatureRequest>, Failure> {
        let person = match self.person {
            // A person and a user look the same by their identifiers.
            Some(typed) if !resolve::is_id(&typed) => Some(resolve::user(client, &typed).await?.person.id),
            other => other,
        };
        let filter = SignatureRequestFilter { state: self.state, object: self.object, person };
        let (mut all, mut after) = (Vec::new(), None);
        while all.len() < self.limit {
            let left = u16::try_from(self.limit - all.len()).unwrap_or(PAGE);
            let page =
                client.signature_requests(&filter, &Page { after, limit: Some(left.min(PAGE)) }).await?;
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(all)
    }
}

/// Waits until a request is over, or the time is.
async fn wait(
    client: &Client,
    request: &Reference,
    longest: Option<Duration>,
) -> Result<SignatureRequest, Failure> {
    let (id, view) = request.seen();
    let begun = Instant::now();
    let mut known = client.signature_request(id, view).await?;
    while known.ended_at.is_none() {
        let turn = longest.map_or(TURN, |longest| longest.saturating_sub(begun.elapsed()).min(TURN));
        if turn.as_secs() == 0 {
            break;
        }
        known = client.changed_signature_request((id, view), known.version, turn).await?;
    }
    Ok(known)
}
