//! `pforte events list`.

use crate::cli::failure::{Done, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::resolve;
use crate::cli::show::Shown;
use crate::cli::table::clean;
use clap::Args;
use pforte_client::{Client, EventFilter, Page};
use pforte_wire::event::LoggedEvent;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::sleep;

/// How often the log is asked for more.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Args)]
pub(crate) struct List {
    /// Those behind this sequence number, the oldest first
    #[arg(long, value_name = "SEQUENCE")]
    after: Option<u64>,
    /// Most entries
    #[arg(long, default_value_t = 100)]
    limit: usize,
    /// Of this type, such as `logged-on`
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Of this category: session, directory, rights, plant or system
    #[arg(long)]
    category: Option<String>,
    /// With this result: done, refused or failed
    #[arg(long)]
    result: Option<String>,
    /// By or about this user
    #[arg(long)]
    user: Option<String>,
    /// At this station
    #[arg(long)]
    station: Option<String>,
    /// Go on and tell each new event
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    link: Link,
}

impl List {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        let filter = self.filter(&client).await?;
        let (events, read_to) = match self.after {
            Some(_) => (self.behind(&client, &filter).await?, None),
            None => self.newest(&client, &filter).await?,
        };
        let last = events.last().map(|event| event.sequence);
        if !self.follow {
            return out.list(&events);
        }
        events.iter().try_for_each(|event| tell(out, event))?;
        follow(&client, out, EventFilter { after: last.max(read_to).or(self.after), ..filter }).await
    }

    async fn filter(&self, client: &Client) -> Result<EventFilter, Failure> {
        let user = match &self.user {
            Some(typed) => Some(resolve::user(client, typed).await?.id),
            None => None,
        };
        let station = match &self.station {
            Some(typed) => resolve::station_ids(client, std::slice::from_ref(typed)).await?.pop(),
            None => None,
        };
        let (kind, category, result) = (self.kind.clone(), self.category.clone(), self.result.clone());
        Ok(EventFilter {
            after: self.after,
            limit: Some(Page::LONGEST),
            kind,
            category,
            result,
            user,
            station,
        })
    }

    /// The oldest behind a sequence number.
    async fn behind(&self, client: &Client, filter: &EventFilter) -> Result<Vec<LoggedEvent>, Failure> {
        let mut events = Vec::new();
        let mut at = Some(filter.clone());
        while let Some(filter) = at.filter(|_| events.len() < self.limit) {
            let (page, next) = page(client, filter).await?;
            events.extend(page);
            at = next;
        }
        events.truncate(self.limit);
        Ok(events)
    }

    /// The newest that fit, and the sequence number up to which the log was read.
    async fn newest(
        &self,
        client: &Client,
        filter: &EventFilter,
    ) -> Result<(Vec<LoggedEvent>, Option<u64>), Failure> {
        let size = client.checkpoint().await?.size;
        let narrowed = [&filter.kind, &filter.category, &filter.result, &filter.user, &filter.station];
        // Which of them fit is only known by reading all.
        let all = narrowed.iter().any(|narrow| narrow.is_some());
        let limit = u64::try_from(self.limit).unwrap_or(u64::MAX);
        let first = size.checked_sub(limit.saturating_add(1)).filter(|_| !all);
        let mut events = VecDeque::new();
        let mut at = Some(EventFilter { after: first, ..filter.clone() });
        while let Some(filter) = at {
            let (page, next) = page(client, filter).await?;
            events.extend(page);
            events.drain(..events.len().saturating_sub(self.limit));
            at = next;
        }
        Ok((events.into(), size.checked_sub(1)))
    }
}

/// One page, and how the next one is asked for.
async fn page(
    client: &Client,
    filter: EventFilter,
) -> Result<(Vec<LoggedEvent>, Option<EventFilter>), Failure> {
    let list = client.events(&filter).await?;
    let Some(next) = list.next else { return Ok((list.items, None)) };
    let after: Option<u64> = next.parse().ok();
    if after.is_none() || after <= filter.after {
        let detail = "the server does not tell where the next page begins";
        return Err(Failure::new("answer-not-understood", detail, "Check that the address is Pforte's."));
    }
    Ok((list.items, Some(EventFilter { after, ..filter })))
}

async fn follow(client: &Client, out: &mut Out, mut filter: EventFilter) -> Done {
    loop {
        let (events, next) = page(client, filter.clone()).await?;
        events.iter().try_for_each(|event| tell(out, event))?;
        let last = events.last().map(|event| event.sequence);
        filter.after = last.max(filter.after);
        match next {
            Some(next) => filter = next,
            None => sleep(PAUSE).await,
        }
    }
}

/// One event on one line.
fn tell(out: &mut Out, event: &LoggedEvent) -> Result<(), Failure> {
    if out.is_json() {
        return out.json_line(event).map(drop);
    }
    let cells: Vec<String> = event.cells().into_iter().filter(|cell| !cell.is_empty()).collect();
    out.text(&format!("{}\n", clean(&cells.join("  ")))).map(drop)
}
