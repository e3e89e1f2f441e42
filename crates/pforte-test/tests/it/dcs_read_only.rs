//! A read-only domain controller: it forwards the binds of people whose passwords it does not keep.

use pforte_directory::{Directory, DirectoryError, PasswordChange, Verdict};
use pforte_test::Forest;
use xtask::servers::population::{KEPT, USER_PASSWORD};
use xtask::servers::samba::forest::Dc;

use crate::dcs_kit::{health_of, log_on, named, start_known};
use crate::ldap_directory::{login, password};

#[tokio::test]
async fn people_log_on_at_a_read_only_controller_whether_it_keeps_their_passwords_or_not() {
    let forest = Forest::shared().await;
    let directory = start_known(&forest, &named(&forest, &[Dc::Rodc1])).await;
    assert_eq!(health_of(&directory, Dc::Rodc1).writable, Some(false));
    for name in ["alice", "bob", "clara"] {
        assert_eq!(log_on(&directory, name).await, Ok(Verdict::Good), "{name}");
    }
    let user = forest.ad(Dc::Dc1).new_user(&["operators"]).await;
    assert_eq!(KEPT.iter().filter(|kept| **kept == user).count(), 0);
    let alice = directory.find(&login("alice")).await.unwrap().unwrap();
    assert_eq!(directory.verify(&alice, &password("wrong-Passw0rd")).await, Ok(Verdict::Wrong));
    // A wrong password here counts there; a right one takes it back.
    assert_eq!(log_on(&directory, "alice").await, Ok(Verdict::Good));
}

#[tokio::test]
async fn the_groups_that_a_read_only_controller_tells_are_those_of_a_writable_one() {
    let forest = Forest::shared().await;
    let near = start_known(&forest, &named(&forest, &[Dc::Rodc1])).await;
    let far = start_known(&forest, &named(&forest, &[Dc::Dc1])).await;
    for name in ["alice", "bob", "primary1"] {
        let (here, there) = (near.find(&login(name)).await, far.find(&login(name)).await);
        let (here, there) = (here.unwrap().unwrap(), there.unwrap().unwrap());
        assert_eq!(here.key, there.key);
        let (here, there) = (near.groups(&here).await.unwrap(), far.groups(&there).await.unwrap());
        let sorted = |mut marks: Vec<pforte_directory::Mark>| {
            marks.sort_unstable();
            marks
        };
        assert_eq!(sorted(here.groups), sorted(there.groups), "{name}");
    }
}

/// A new password for a new user, whom both controllers know.
const FRESH: &str = "Fre-sh-Passw0rd-2!";

#[tokio::test]
async fn a_password_is_changed_at_a_writable_controller_while_people_log_on_at_a_read_only_one() {
    let forest = Forest::shared().await;
    let directory = start_known(&forest, &named(&forest, &[Dc::Rodc1, Dc::Dc1])).await;
    let far = start_known(&forest, &named(&forest, &[Dc::Dc1])).await;
    let user = forest.ad(Dc::Dc1).new_user(&["operators"]).await;
    let found = far.find(&login(&user)).await.unwrap().unwrap();
    let (old, new) = (password(USER_PASSWORD), password(FRESH));
    assert_eq!(directory.change_password(&found, &old, &new).await, Ok(PasswordChange::Done));
    assert_eq!(far.verify(&found, &new).await, Ok(Verdict::Good));
}

#[tokio::test]
async fn without_a_writable_controller_no_password_is_changed_and_no_referral_is_followed() {
    let forest = Forest::shared().await;
    let directory = start_known(&forest, &named(&forest, &[Dc::Rodc1])).await;
    let found = directory.find(&login("bob")).await.unwrap().unwrap();
    let (old, new) = (password(USER_PASSWORD), password(FRESH));
    let error = directory.change_password(&found, &old, &new).await.unwrap_err();
    assert!(matches!(error, DirectoryError::Unreachable(_)), "{error:?}");
    assert_eq!(log_on(&directory, "bob").await, Ok(Verdict::Good));
}
