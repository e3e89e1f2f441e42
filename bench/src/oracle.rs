//! Asks Pforte and a peer the same questions.

use crate::cedar::Natural;
use crate::plant::{Plant, Size};
use pforte_model::policy::{Policy, Question};
use std::panic::resume_unwind;
use std::thread;

/// Questions made and asked at once by one thread.
const BATCH: u64 = 10_000;

/// What came of the questions.
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// How many were asked.
    pub asked: usize,
    /// How many were allowed.
    pub allowed: usize,
    /// The questions to which the answers differ.
    pub disagreements: Vec<String>,
}

impl Count {
    /// Both counts together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.asked += other.asked;
        self.allowed += other.allowed;
        self.disagreements.extend(other.disagreements);
        self
    }
}

/// Asks `questions` random questions; the explanation must agree too.
#[must_use]
pub fn compare(plant: &Plant, peer: &Natural, questions: usize, seed: u64) -> Count {
    let policy = Policy::compile(plant.facts.clone(), 1).unwrap();
    let holders = plant.holders(&policy);
    let mut count = Count::default();
    for asked in plant.questions(questions, seed) {
        let held = holders.get(asked.user).unwrap();
        let question = Question { right: &asked.right_name, area: &asked.path };
        let ours = policy.answer(held, &asked.standing(), question, asked.moment).allowed();
        let explained = policy.explain(held, &asked.standing(), question, asked.moment).allowed;
        count.asked += 1;
        count.allowed += usize::from(ours);
        if ours != explained || ours != peer.allowed(&peer.request(&asked)) {
            count.disagreements.push(format!("{asked:?}"));
        }
    }
    count
}

/// Asks that many questions about the full plant of this seed. Every core takes its
/// part of the batches; each batch has a seed of its own.
///
/// # Panics
///
/// If a thread does.
#[must_use]
pub fn ask_all(questions: u64, seed: u64) -> Count {
    let plant = Plant::random(Size::FULL, seed);
    let peer = Natural::of(&plant);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let batches: Vec<u64> = (0..questions.div_ceil(BATCH)).collect();
    let ask = |batch: &u64| {
        let size = BATCH.min(questions - batch * BATCH);
        compare(&plant, &peer, usize::try_from(size).unwrap_or(usize::MAX), seed + 1 + batch)
    };
    let all = |part: &[u64]| part.iter().map(ask).fold(Count::default(), Count::and);
    thread::scope(|scope| {
        let part = |part| scope.spawn(move || all(part));
        let parts: Vec<_> = batches.chunks(batches.len().div_ceil(cores).max(1)).map(part).collect();
        let joined = parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.fold(Count::default(), Count::and)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cedar::Fastest;
    use crate::plant::Size;

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
}
