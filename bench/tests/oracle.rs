//! Pforte and cedar-policy, two programs that share no line, answer alike.
#![expect(clippy::unwrap_used, reason = "a test stops here")]

use pforte_bench::cedar::{Fastest, Natural};
use pforte_bench::oracle::compare;
use pforte_bench::plant::{Plant, Size};

#[test]
fn decide_and_the_natural_cedar_model_answer_alike() {
    let plant = Plant::random(Size::SMALL, 1);
    let count = compare(&plant, &Natural::of(&plant), 5_000, 2);
    assert_eq!(count.disagreements, Vec::<String>::new());
    assert!(count.allowed > 800 && count.asked - count.allowed > 800, "{count:?}");
}

#[test]
fn both_cedar_models_answer_alike() {
    let plant = Plant::random(Size::SMALL, 3);
    let (natural, fastest) = (Natural::of(&plant), Fastest::new());
    for asked in plant.questions(500, 4) {
        let by_set = fastest.allowed(&Fastest::ready(&plant, &asked));
        assert_eq!(natural.allowed(&natural.request(&asked)), by_set, "{asked:?}");
    }
}

#[test]
fn a_wrong_answer_is_noticed() {
    let plant = Plant::random(Size::SMALL, 5);
    let mut other = plant.clone();
    other.facts.members.pop().unwrap();
    assert!(!compare(&plant, &Natural::of(&other), 2_000, 6).disagreements.is_empty());
}
