//! What is told of each of several users.
//!
//! Who cannot be read keeps nobody else from being read. Only where the directory does
//! not answer any more those behind are not asked.

use crate::directory::Key;
use crate::fault::{DirectoryError, FaultKind};
use futures_util::{Stream, StreamExt};
use std::collections::HashMap;
use std::pin::pin;

/// What is told of each of some users, in the order asked for.
pub type Each<T> = Vec<(Key, Result<T, DirectoryError>)>;

/// Of so many no answer may come before nobody is asked about the rest: one user who
/// takes too long is not the directory.
const MOST_UNANSWERED: usize = 4;

/// What is told of these users one after the other.
pub(crate) async fn in_turn<T>(
    users: &[Key],
    told: impl Stream<Item = Result<T, DirectoryError>>,
) -> Each<T> {
    let mut told = pin!(told);
    let (mut each, mut unanswered, mut silent) = (Vec::with_capacity(users.len()), 0, None);
    for user in users {
        let answer = match &silent {
            None => told.next().await.unwrap_or(Err(DirectoryError::Stopped)),
            Some(error) => Err(DirectoryError::clone(error)),
        };
        match &answer {
            Ok(_) | Err(DirectoryError::Refused(_)) => {}
            Err(error) => {
                unanswered += 1;
                silent = (unanswered >= MOST_UNANSWERED).then(|| error.clone());
            }
        }
        each.push((user.clone(), answer));
    }
    each
}

/// What one answer tells of all of them. Of whom it tells nothing cannot be read.
pub(crate) fn at_once<T>(users: &[Key], told: Result<Vec<(Key, T)>, DirectoryError>) -> Each<T> {
    match told {
        Ok(told) => {
            let mut told: HashMap<Key, T> = told.into_iter().collect();
            let unread = || DirectoryError::Refused(FaultKind::EntryUnreadable.into());
            users.iter().map(|user| (user.clone(), told.remove(user).ok_or_else(unread))).collect()
        }
        Err(error) => users.iter().map(|user| (user.clone(), Err(error.clone()))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use std::cell::Cell;

    fn users() -> Vec<Key> {
        (0..20).map(|number| Key::from_bytes(&[number])).collect()
    }

    #[tokio::test]
    async fn who_cannot_be_read_keeps_nobody_else_from_being_read() {
        let refused = || DirectoryError::Refused(FaultKind::GroupsUnreadable.into());
        let slow = || DirectoryError::Unreachable(FaultKind::TimedOut.into());
        let told = stream::iter(0..20).map(|number| match number {
            1..10 => Err(refused()),
            10..13 => Err(slow()),
            good => Ok(good),
        });
        let each = in_turn(&users(), told).await;
        assert_eq!(each.iter().map(|(user, _)| user.clone()).collect::<Vec<_>>(), users());
        assert_eq!(each.iter().filter(|(_, told)| told.is_ok()).count(), 8);
    }

    #[test]
    fn of_whom_one_answer_tells_nothing_cannot_be_read() {
        let [one, two, three] = [1, 2, 3].map(|number| Key::from_bytes(&[number]));
        let each = at_once(&[one.clone(), two.clone(), three.clone()], Ok(vec![(three, 'c'), (one, 'a')]));
        let told: Vec<_> = each.into_iter().map(|(_, told)| told.ok()).collect();
        assert_eq!(told, [Some('a'), None, Some('c')]);
    }

    #[tokio::test]
    async fn where_nothing_answers_any_more_the_rest_is_not_asked() {
        let asked = Cell::new(0);
        let told = stream::iter(0..20).map(|_| {
            asked.set(asked.get() + 1);
            Err::<(), _>(DirectoryError::Unreachable(FaultKind::TimedOut.into()))
        });
        let each = in_turn(&users(), told).await;
        assert_eq!((asked.get(), each.len()), (MOST_UNANSWERED, 20));
        assert!(each.iter().all(|(_, told)| matches!(told, Err(DirectoryError::Unreachable(_)))));
    }
}
