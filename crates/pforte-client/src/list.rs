//! Lists that come in pages.

use crate::error::{ClientError, Misshapen};
use pforte_wire::List;

/// Which part of a list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The `next` of the page before; the first page without it.
    pub after: Option<String>,
    /// Most entries, 1 to 500; the server's default without it.
    pub limit: Option<u16>,
}

impl Page {
    /// The longest page that the server gives.
    pub const LONGEST: u16 = 500;
}

/// Reads every page of a list.
pub async fn every<T, F>(list: F) -> Result<Vec<T>, ClientError>
where
    F: AsyncFn(Page) -> Result<List<T>, ClientError>,
{
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = list(Page { after: after.clone(), limit: Some(Page::LONGEST) }).await?;
        let empty = page.items.is_empty();
        all.extend(page.items);
        match page.next {
            None => return Ok(all),
            Some(next) if empty || after.as_ref() == Some(&next) => {
                return Err(ClientError::Shape(Misshapen::Endless));
            }
            next => after = next,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn page(items: &[u8], next: Option<&str>) -> List<u8> {
        List { items: items.to_vec(), next: next.map(str::to_owned) }
    }

    #[tokio::test]
    async fn all_pages_are_read_in_their_order() {
        let all = every(async |at: Page| {
            Ok(match at.after.as_deref() {
                None => page(&[1, 2], Some("b")),
                Some("b") => page(&[3], Some("c")),
                Some(_) => page(&[4], None),
            })
        });
        assert_eq!(all.await.unwrap(), [1, 2, 3, 4]);
    }

    #[tokio::test]
    async fn a_list_that_goes_round_in_a_circle_is_refused() {
        let round = every(async |_| Ok(page(&[1], Some("b")))).await;
        assert!(matches!(round, Err(ClientError::Shape(Misshapen::Endless))));
        let empty = every(async |_| Ok(page(&[], Some("b")))).await;
        assert!(matches!(empty, Err(ClientError::Shape(Misshapen::Endless))));
    }
}
