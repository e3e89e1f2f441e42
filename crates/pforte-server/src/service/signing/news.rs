//! What happens to an application's requests, told in the order in which it happened.
//!
//! What is told is the request as it stands now. Where a listener goes on is the sequence
//! number of an event, so that nothing is lost between two of them.

use super::chain::Chain;
use super::view;
use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::plant::Application;
use crate::service::stream::Open;
use crate::token::TokenHash;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use pforte_model::id::{ApplicationId, SignatureRequestId};
use pforte_store::{Conn, signature_requests as rows};
use pforte_wire::problem::Code;
use pforte_wire::signature::SignatureRequest;
use std::collections::{HashSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Events that are read at a time.
const AT_A_TIME: u32 = 100;

/// How often it is looked again, so that what another server did is heard as well.
const AGAIN: Duration = Duration::from_secs(2);

/// Some news and where they end.
pub struct News {
    /// Each request once, with the sequence number of its newest event here.
    pub told: Vec<(i64, SignatureRequest)>,
    /// Where to go on.
    pub next: i64,
}

/// What happened after this event; `told` is empty if nothing did.
pub async fn since(app: &App, conn: &mut Conn, id: ApplicationId, mut after: i64) -> Result<News, Fault> {
    // Read first: what comes meanwhile is then told, and once more at worst.
    let last = rows::last(conn).await?;
    loop {
        let found = rows::news(conn, id, after, AT_A_TIME).await?;
        let full = found.len() >= usize::try_from(AT_A_TIME).unwrap_or(usize::MAX);
        after = found.last().map_or(after, |(sequence, _)| *sequence);
        let told = readable_of(app, conn, found).await?;
        if !full {
            return Ok(News { told, next: after.max(last) });
        }
        if !told.is_empty() {
            return Ok(News { told, next: after });
        }
    }
}

/// The requests of these events as they stand now, each once, with its newest event.
async fn readable_of(
    app: &App,
    conn: &mut Conn,
    found: Vec<(i64, SignatureRequestId)>,
) -> Result<Vec<(i64, SignatureRequest)>, Fault> {
    let mut seen: HashSet<SignatureRequestId> = HashSet::new();
    let mut newest: Vec<_> = found.into_iter().rev().filter(|(_, request)| seen.insert(*request)).collect();
    newest.reverse();
    let mut told = Vec::with_capacity(newest.len());
    for (sequence, request) in newest {
        let read = Chain::load(app, conn, request).await.and_then(|chain| shown(&chain));
        told.extend(readable(request, read)?.map(|shown| (sequence, shown)));
    }
    Ok(told)
}

/// A request that cannot be read is left out, so that it does not keep others from being told.
fn readable(
    id: SignatureRequestId,
    read: Result<SignatureRequest, Fault>,
) -> Result<Option<SignatureRequest>, Fault> {
    match read {
        Err(fault) if fault.code == Code::Internal => {
            tracing::error!(request = %id, "cannot be read, is not told");
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// A request as its application sees it.
fn shown(chain: &Chain) -> Result<SignatureRequest, Fault> {
    let mut shown = view::shown(chain)?;
    shown.page = Some(view::page(chain));
    Ok(shown)
}

/// The news of the application that calls as server-sent events: with the number of the
/// last one it heard it goes on there, else it begins with what is open.
pub async fn listen(caller: &Caller, after: Option<i64>) -> Result<Response, Fault> {
    let app = caller.app();
    let application = caller.application()?;
    let open = Open::new(app)?;
    let mut listener = Listener {
        _open: open,
        app: Arc::clone(app),
        id: application.id,
        credential: application.credential,
        changes: app.signing.listen(),
        queue: VecDeque::new(),
        next: after.unwrap_or(-1),
    };
    if after.is_none() {
        listener.begin().await?;
    }
    let lease = Duration::from_secs(u64::from(app.lease().seconds.max(3)));
    let events = stream::unfold(listener, async |mut listener| {
        let (sequence, request) = listener.next().await?;
        let data = serde_json::to_string(&request).ok()?;
        let event = Event::default().id(sequence.to_string()).event("signature-request").data(data);
        Some((Ok::<_, Infallible>(event), listener))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(lease / 3)).into_response())
}

/// One listener.
struct Listener {
    app: Shared,
    id: ApplicationId,
    /// The credential with which it was opened.
    credential: Option<TokenHash>,
    changes: watch::Receiver<u64>,
    queue: VecDeque<(i64, SignatureRequest)>,
    next: i64,
    _open: Open,
}

impl Listener {
    /// Queues what is open.
    async fn begin(&mut self) -> Result<(), Fault> {
        let app = Arc::clone(&self.app);
        let mut conn = app.store.snapshot().await?;
        self.next = rows::last(&mut conn).await?;
        for row in rows::open_of(&mut conn, self.id, u32::MAX).await? {
            let id = row.id;
            let read = Chain::of(&app, &mut conn, row).await.and_then(|chain| shown(&chain));
            self.queue.extend(readable(id, read)?.map(|shown| (self.next, shown)));
        }
        Ok(())
    }

    /// The next request; `None` when the stream is over: the server stops, the application's
    /// credential no longer counts, or the database does not answer.
    async fn next(&mut self) -> Option<(i64, SignatureRequest)> {
        let app = Arc::clone(&self.app);
        let stop = app.jobs.stop_given();
        loop {
            if let Some(told) = self.queue.pop_front() {
                return Some(told);
            }
            self.changes.mark_unchanged();
            let counts = |one: &Arc<Application>| one.enabled && one.credential == self.credential;
            app.live.plant().application(self.id).filter(counts)?;
            let mut conn = app.store.read().await.ok()?;
            let news = since(&app, &mut conn, self.id, self.next).await.ok()?;
            drop(conn);
            self.next = news.next;
            self.queue.extend(news.told);
            if self.queue.is_empty() {
                tokio::select! {
                    () = stop.given() => return None,
                    _ = tokio::time::timeout(AGAIN, self.changes.changed()) => {}
                }
            }
        }
    }
}
