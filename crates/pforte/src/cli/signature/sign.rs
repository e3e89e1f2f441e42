//! `pforte signature waiting`, `sign`, `refuse`.

use super::reading;
use super::reference::Reference;
use super::shown;
use crate::cli::failure::{Done, End, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::password::PasswordSource;
use crate::cli::show::Shown;
use clap::Args;
use pforte_client::Client;
use pforte_wire::secret::Secret;
use pforte_wire::signature::{self, RefuseToSign, SignOne, SignatureRequest, Signed};
use serde::Serialize;

/// Who does it.
#[derive(Args)]
pub(super) struct By {
    /// The log-on name; without it whoever is logged on, where the policy lets the password alone suffice
    #[arg(long)]
    pub(super) user: Option<String>,
    /// The directory to ask; without it the name tells, else the default one is asked
    #[arg(long, requires = "user")]
    pub(super) directory: Option<String>,
    #[command(flatten)]
    pub(super) password: PasswordSource,
}

impl By {
    /// Asks for the password.
    pub(super) fn ask(user: Option<&str>, password: &PasswordSource) -> Result<Secret, Failure> {
        password.ask(&user.map_or_else(|| "Password: ".to_owned(), |user| format!("Password of {user}: ")))
    }
}

/// List what waits for the signature of whoever is logged on
#[derive(Args)]
pub(crate) struct Waiting {
    #[command(flatten)]
    link: Link,
}

impl Waiting {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        out.list(&self.link.client()?.waiting_signature_requests().await?.items)
    }
}

impl Shown for signature::Waiting {
    const HEADS: &'static [&'static str] = &["object", "action", "area", "sign as", "expires", "id"];

    fn cells(&self) -> Vec<String> {
        let request = &self.request;
        let meaning = |step: &u32| {
            let step = request.rules.steps.get(usize::try_from(*step).ok()?)?;
            Some(step.meaning.as_str())
        };
        let meanings: Vec<&str> = self.steps.iter().filter_map(meaning).collect();
        vec![
            request.object.clone(),
            request.action.clone(),
            request.area.name.clone(),
            meanings.join(", "),
            crate::cli::show::time(request.expires_at),
            request.id.clone(),
        ]
    }
}

/// Show what is to be signed, ask for the password, and sign
#[derive(Args)]
pub(crate) struct Sign {
    /// The requests, 1 to 100: identifier, or the address of the page
    #[arg(required = true, value_parser = Reference::parse, value_name = "REQUEST")]
    requests: Vec<Reference>,
    #[command(flatten)]
    by: By,
    /// Which step of the policy, from 1; without it the first that is open to the person
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    step: Option<u32>,
    /// Why
    #[arg(long)]
    reason: Option<String>,
    /// What is added
    #[arg(long)]
    comment: Option<String>,
    /// I acknowledge: my electronic signature binds me as my handwritten one does; I sign only what I have read, with my own name and password, and I tell them to nobody. Needed once
    #[arg(long)]
    acknowledge: bool,
    #[command(flatten)]
    link: Link,
}

impl Sign {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        let mut requests = Vec::with_capacity(self.requests.len());
        for reference in &self.requests {
            let request = read(&client, out, reference).await?;
            let step = self.step.map(|step| step.saturating_sub(1));
            requests.push(SignOne { request: request.id, opening: request.opening, step });
        }
        let By { user, directory, password } = self.by;
        let password = By::ask(user.as_deref(), &password)?;
        let (reason, comment, acknowledge) = (self.reason, self.comment, self.acknowledge);
        let sign = signature::Sign { requests, directory, user, password, reason, comment, acknowledge };
        tell(out, &client.sign(&sign).await?)
    }
}

/// Reads a request, and shows a person what is signed.
async fn read(client: &Client, out: &mut Out, reference: &Reference) -> Result<SignatureRequest, Failure> {
    let (id, view) = reference.seen();
    let request = client.signature_request(id, view).await?;
    if !out.is_json() {
        shown::whole(out, &request)?;
        let record = reading::record(client, reference, &request).await?;
        out.text(&record.map_or_else(|| "\n".to_owned(), |record| format!("\nThe record:\n{record}\n")))?;
    }
    Ok(request)
}

/// What came of one request.
#[derive(Serialize)]
struct Outcome {
    request: String,
    state: String,
    missing: Vec<String>,
    hindrance: String,
}

fn tell(out: &mut Out, signed: &Signed) -> Done {
    if out.is_json() {
        out.json(signed)?;
    } else {
        let outcome = |request: &SignatureRequest| Outcome {
            request: request.id.clone(),
            state: request.state.clone(),
            missing: shown::missing(request),
            hindrance: String::new(),
        };
        let hindered = signed.hindered.iter().map(|one| Outcome {
            request: one.request.clone(),
            state: String::new(),
            missing: Vec::new(),
            hindrance: format!("{}: {}", one.code, one.detail),
        });
        out.list(&signed.signed.iter().map(outcome).chain(hindered).collect::<Vec<_>>())?;
    }
    Ok(End::of(signed.hindered.is_empty()))
}

impl Shown for Outcome {
    const HEADS: &'static [&'static str] = &["request", "state", "missing", "not signed because"];

    fn cells(&self) -> Vec<String> {
        vec![self.request.clone(), self.state.clone(), self.missing.join("; "), self.hindrance.clone()]
    }
}

/// Refuse to sign; the request is over
#[derive(Args)]
pub(crate) struct Refuse {
    /// The request: identifier, or the address of the page
    #[arg(value_parser = Reference::parse)]
    request: Reference,
    /// Why
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    link: Link,
}

impl Refuse {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        let request = read(&client, out, &self.request).await?;
        let By { user, directory, password } = self.by;
        let password = By::ask(user.as_deref(), &password)?;
        let (opening, reason) = (request.opening, self.reason);
        let refuse = RefuseToSign { opening, directory, user, password, reason };
        shown::whole(out, &client.refuse_to_sign(&request.id, &refuse).await?)
    }
}
