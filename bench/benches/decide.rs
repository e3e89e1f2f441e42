//! A decision and its explanation, beside what a peer takes for the same question.
//!
//! 10,000 users in five nested groups each, 200 roles, 2,000 rights, 1,000 areas;
//! areas, stations, times and strength are looked at. Each sample goes on with the
//! next of many questions, so that no question finds its data in the nearest cache
//! because it was just asked.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made stops")]

use criterion::Criterion;
use pforte_bench::cedar::{Fastest, Natural};
use pforte_bench::plant::{Asked, Plant, Size};
use pforte_model::policy::{Held, Policy, Question};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

/// Questions for Pforte, a power of two.
const QUESTIONS: usize = 1 << 12;
/// Questions for the peers, which need each made ready.
const FOR_PEERS: usize = 1 << 9;

/// Nanoseconds of each sample, by what was measured.
#[derive(Default)]
struct Meter(RefCell<BTreeMap<&'static str, Vec<f64>>>);

impl Meter {
    /// Measures `ask`, which gets the place of the question.
    fn measure<T>(&self, criterion: &mut Criterion, name: &'static str, mut ask: impl FnMut(usize) -> T) {
        let mut next = 0_usize;
        criterion.bench_function(&format!("decide/{name}"), |bencher| {
            bencher.iter_custom(|times| {
                let start = Instant::now();
                for _ in 0..times {
                    black_box(ask(black_box(next)));
                    next = next.wrapping_add(1);
                }
                let took = start.elapsed();
                let each = took.as_secs_f64() * 1e9 / f64::from(u32::try_from(times).unwrap());
                self.0.borrow_mut().entry(name).or_default().push(each);
                took
            });
        });
    }

    fn median(&self, name: &str) -> f64 {
        let all = self.0.borrow();
        let mut samples = all.get(name).cloned().unwrap_or_default();
        samples.sort_by(f64::total_cmp);
        samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

struct Ours<'a> {
    policy: &'a Policy,
    holders: &'a [Held],
    questions: &'a [Asked],
}

impl<'a> Ours<'a> {
    fn at(&self, place: usize) -> (&'a Held, &'a Asked) {
        let asked = self.questions.get(place % QUESTIONS).unwrap();
        (self.holders.get(asked.user).unwrap(), asked)
    }

    fn measure(&self, meter: &Meter, criterion: &mut Criterion) {
        let policy = self.policy;
        meter.measure(criterion, "from names", |place| {
            let (held, asked) = self.at(place);
            policy.answer(held, &asked.standing(), question(asked), asked.moment)
        });
        meter.measure(criterion, "from ids", |place| {
            let (held, asked) = self.at(place);
            let (right, area) = (policy.right_by_id(asked.right), policy.area_by_id(asked.area));
            policy.decide(held, &asked.standing(), right.unwrap(), area.unwrap(), asked.moment)
        });
        let found = |asked: &Asked| (policy.right_by_id(asked.right), policy.area_by_id(asked.area));
        let found: Vec<_> = self.questions.iter().map(found).collect();
        meter.measure(criterion, "from places", |place| {
            let (held, asked) = self.at(place);
            let (right, area) = *found.get(place % QUESTIONS).unwrap();
            policy.decide(held, &asked.standing(), right.unwrap(), area.unwrap(), asked.moment)
        });
        meter.measure(criterion, "explain", |place| {
            let (held, asked) = self.at(place);
            policy.explain(held, &asked.standing(), question(asked), asked.moment)
        });
        meter.measure(criterion, "roles here", |place| {
            let (held, asked) = self.at(place);
            policy.roles_here(held, &asked.standing(), None, asked.moment)
        });
        meter.measure(criterion, "hold", |place| {
            let (held, _) = self.at(place);
            policy.hold(held.user().clone(), held.told())
        });
    }
}

fn question(asked: &Asked) -> Question<'_> {
    Question { right: &asked.right_name, area: &asked.path }
}

fn measure_peers(plant: &Plant, questions: &[Asked], meter: &Meter, criterion: &mut Criterion) {
    let natural = Natural::of(plant);
    let requests: Vec<_> = questions.iter().map(|asked| natural.request(asked)).collect();
    meter.measure(criterion, "cedar natural", |place| {
        natural.allowed(requests.get(place % FOR_PEERS).unwrap())
    });
    let fastest = Fastest::new();
    let ready: Vec<_> = questions.iter().map(|asked| Fastest::ready(plant, asked)).collect();
    meter.measure(criterion, "cedar fastest", |place| fastest.allowed(ready.get(place % FOR_PEERS).unwrap()));
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let meter = Meter::default();
    let plant = Plant::random(Size::FULL, 1);
    meter.measure(&mut criterion, "compile", |_| Policy::compile(plant.facts.clone(), 1).unwrap());
    let policy = Policy::compile(plant.facts.clone(), 1).unwrap();
    let holders = plant.holders(&policy);
    let questions = plant.questions(QUESTIONS, 2);
    Ours { policy: &policy, holders: &holders, questions: &questions }.measure(&meter, &mut criterion);
    measure_peers(&plant, questions.get(..FOR_PEERS).unwrap(), &meter, &mut criterion);
    criterion.final_summary();
    report(&meter);
}

/// The medians and how many times faster than each peer.
fn report(meter: &Meter) {
    let mut out = std::io::stdout().lock();
    for (name, bound) in
        [("from names", 1_000.0), ("from ids", 150.0), ("from places", 150.0), ("explain", 20_000.0)]
    {
        let own = meter.median(name);
        let times = |peer| meter.median(peer) / own;
        let (natural, fastest) = (times("cedar natural"), times("cedar fastest"));
        let line = format!(
            "{name}: median {own:.0} ns (bound {bound:.0}), {natural:.0} times faster than cedar natural, {fastest:.0} than its fastest"
        );
        writeln!(out, "{line}").unwrap();
    }
}
