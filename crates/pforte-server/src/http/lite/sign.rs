//! Signing on a plain page, and what waits for who is logged on.
//!
//! The page shows what is signed and takes name and password by the same functions as
//! the API. It makes no session and ends none: who is in charge stays in charge.

mod page;
mod rules;
mod shown;

use super::pages;
use super::{Asking, LOG_ON, refused};
use crate::app::Shared;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::http::cookie::OwnPage;
use crate::http::extract::Id;
use crate::service::signing::{record, see, sign, waiting};
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use axum::{Form, Router};
use page::{Around, Kept};
use pforte_model::id::SignatureRequestId;
use pforte_wire::problem::Code;
use pforte_wire::secret::Secret;
use pforte_wire::signature::{RefuseToSign, Sign, SignOne, SignatureRequest};
use serde::Deserialize;

/// The list of what waits.
const WAITING: &str = "/lite/sign";

/// Longest record that is shown on the page, in bytes.
const MOST_SHOWN: u64 = 32 * 1024;

/// Longest key of an address, in characters.
const KEY: usize = 64;

pub(super) fn router() -> Router<Shared> {
    Router::new().route(WAITING, get(list)).route("/lite/sign/{id}", get(show).post(give))
}

/// Which request, and what opens it.
struct Address {
    id: SignatureRequestId,
    view: Option<String>,
    /// The signature that was just given, by its number.
    given: Option<u32>,
}

/// What stands behind the question mark, beside the language.
#[derive(Default, Deserialize)]
struct Looked {
    view: Option<String>,
    given: Option<u32>,
}

impl FromRequestParts<Shared> for Address {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Fault> {
        let Id(id) = Id::from_request_parts(parts, app).await?;
        let looked = Query::<Looked>::from_request_parts(parts, app).await;
        let Looked { view, given } = looked.map(|Query(looked)| looked).unwrap_or_default();
        // What is no key opens nothing, and stands in no address that we write.
        let is_key = |key: &String| key.len() <= KEY && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok(Self { id, view: view.filter(is_key), given })
    }
}

impl Address {
    /// The page's own address.
    fn page(&self) -> String {
        let key = self.view.as_ref().map_or_else(String::new, |key| format!("?view={key}"));
        format!("{WAITING}/{}{key}", self.id)
    }

    /// The address that tells of a signature that was given.
    fn after(&self, number: u32) -> String {
        let joint = if self.view.is_some() { '&' } else { '?' };
        format!("{}{joint}given={number}", self.page())
    }

    /// Where the whole record is.
    fn record(&self) -> String {
        let key = self.view.as_ref().map_or_else(String::new, |key| format!("?view={key}"));
        format!("{}/signature-requests/{}/record{key}", crate::http::API, self.id)
    }

    /// The request, if who calls may see it.
    async fn read(&self, caller: &Caller) -> Result<SignatureRequest, Fault> {
        see::show(caller, self.id, see::Asked { view: self.view.clone(), ..see::Asked::default() }).await
    }
}

/// What is typed to sign or to refuse.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    deed: Deed,
    opening: String,
    #[serde(default)]
    directory: String,
    user: String,
    password: Secret,
    #[serde(default)]
    step: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    acknowledge: Option<String>,
    /// Why it is refused; asked for on a page of its own.
    #[serde(default)]
    refusal: Option<String>,
}

/// Which button was pressed.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Deed {
    Sign,
    Refuse,
}

async fn list(asking: Asking, caller: Result<Caller, Fault>) -> Response {
    let caller = match caller {
        Ok(caller) => caller,
        Err(fault) => return asking.refused(&fault),
    };
    if caller.session().is_none() {
        return pages::go(LOG_ON, asking.reader, HeaderMap::new());
    }
    match waiting::list(&caller).await {
        Ok(list) => {
            let text = page::waiting(&asking.app, asking.frame(&caller, None).at(WAITING), &list.items);
            pages::answer(StatusCode::OK, asking.reader, text)
        }
        Err(fault) => asking.refused(&fault),
    }
}

async fn show(asking: Asking, caller: Result<Caller, Fault>, at: Result<Address, Fault>) -> Response {
    let (caller, at) = match caller.and_then(|caller| Ok((caller, at?))) {
        Ok(both) => both,
        Err(fault) => return asking.refused(&fault),
    };
    match whole(&asking, &caller, &at, Kept::default(), None).await {
        Ok(text) => pages::answer(StatusCode::OK, asking.reader, text),
        Err(fault) => asking.refused(&fault),
    }
}

/// The page as it stands now, with what was typed and why that was refused.
async fn whole(
    asking: &Asking,
    caller: &Caller,
    at: &Address,
    kept: Kept,
    fault: Option<&Fault>,
) -> Result<String, Fault> {
    let request = at.read(caller).await?;
    let record = match &request.record {
        Some(told) if told.kept => {
            let kept = see::record(caller, at.id, at.view.as_deref()).await?;
            record::readable(&asking.app, &kept, &told.sha256, MOST_SHOWN).await?
        }
        _ => record::Readable::Not,
    };
    let frame = asking.frame(caller, fault).at(&at.page());
    let around = Around { page: at.page(), record_at: at.record(), given: at.given, record };
    Ok(page::request(&asking.app, caller, frame, &request, (around, kept)))
}

async fn give(
    asking: Asking,
    own: Result<OwnPage, Fault>,
    caller: Result<Caller, Fault>,
    at: Result<Address, Fault>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let (caller, at) = match own.and(caller).and_then(|caller| Ok((caller, at?))) {
        Ok(both) => both,
        Err(fault) => return asking.refused(&fault),
    };
    let Ok(Form(typed)) = typed else { return asking.refused(&Code::BodyInvalid.into()) };
    if let Err(fault) = at.read(&caller).await {
        return asking.refused(&fault);
    }
    let mut kept = Kept::of(&typed);
    let done = match (typed.deed, typed.refusal.is_some()) {
        (Deed::Sign, _) => signed(&caller, &at, typed).await,
        (Deed::Refuse, true) => refuse(&caller, &at, typed).await,
        // Why is asked for first.
        (Deed::Refuse, false) => {
            return match whole(&asking, &caller, &at, kept, None).await {
                Ok(text) => pages::answer(StatusCode::OK, asking.reader, text),
                Err(fault) => asking.refused(&fault),
            };
        }
    };
    match done {
        Ok(to) => pages::go(&to, asking.reader, HeaderMap::new()),
        Err(fault) => {
            if fault.code == Code::AcknowledgementNeeded {
                kept.acknowledged = Some(false);
            }
            match whole(&asking, &caller, &at, kept, Some(&fault)).await {
                Ok(text) => refused(asking.reader, Some(&fault), text),
                Err(gone) => asking.refused(&gone),
            }
        }
    }
}

/// Signs as the API does; gives the page that tells of it.
async fn signed(caller: &Caller, at: &Address, typed: Typed) -> Result<String, Fault> {
    let step = match typed.step.as_str() {
        "" => None,
        step => Some(step.parse().map_err(|_| Fault::from(Code::OtherStep))?),
    };
    let user = user(caller, typed.user);
    let one = SignOne { request: at.id.to_string(), opening: typed.opening, step };
    let asked = Sign {
        requests: vec![one],
        directory: directory(typed.directory, user.is_some()),
        user,
        password: typed.password,
        reason: said(&typed.reason),
        comment: said(&typed.comment),
        acknowledge: typed.acknowledge.is_some(),
    };
    let signed = sign::sign(caller, asked).await?.signed;
    let number = signed.last().and_then(|request| request.signatures.last()).map_or(0, |one| one.number);
    Ok(at.after(number))
}

/// Refuses as the API does; gives the page that tells of it.
async fn refuse(caller: &Caller, at: &Address, typed: Typed) -> Result<String, Fault> {
    let user = user(caller, typed.user);
    let asked = RefuseToSign {
        opening: typed.opening,
        directory: directory(typed.directory, user.is_some()),
        user,
        password: typed.password,
        reason: typed.refusal.as_deref().and_then(said).unwrap_or_default(),
    };
    sign::refuse(caller, at.id, asked).await?;
    Ok(at.page())
}

/// Whoever leaves the name out is who is logged on, if somebody is.
fn user(caller: &Caller, typed: String) -> Option<String> {
    Some(typed).filter(|name| !name.is_empty() || caller.session().is_none())
}

/// The directory that was chosen; without a name it is that of the session.
fn directory(typed: String, named: bool) -> Option<String> {
    Some(typed).filter(|name| named && !name.is_empty())
}

/// What was written, with the line ends of a text and not of a form.
fn said(typed: &str) -> Option<String> {
    Some(typed.replace("\r\n", "\n")).filter(|text| !text.trim().is_empty())
}
