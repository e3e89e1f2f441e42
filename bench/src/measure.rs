//! Callers that do the same thing again and again for a while, and their figures.

use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// What a load came to.
#[derive(Clone, Debug)]
pub struct Load {
    /// Done in a second.
    pub rate: f64,
    /// How long each took, the shortest first.
    times: Vec<Duration>,
}

impl Load {
    /// The time within which this share of them was done, in milliseconds; 0.5 is the median.
    #[must_use]
    pub fn within(&self, share: f64) -> f64 {
        let place = share * f64::from(u32::try_from(self.times.len()).unwrap_or(u32::MAX));
        let place = (0..self.times.len()).rev().find(|at| f64::from(u32::try_from(*at).unwrap()) <= place);
        place.and_then(|at| self.times.get(at)).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }

    /// How many were done.
    #[must_use]
    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// The load that these times were taken in.
    #[must_use]
    pub fn of(mut times: Vec<Duration>, took: Duration) -> Self {
        times.sort_unstable();
        Self { rate: f64::from(u32::try_from(times.len()).unwrap()) / took.as_secs_f64(), times }
    }
}

/// Has so many callers do `one`, each again and again, until `period` is over.
/// `one` gets the caller's number.
///
/// # Panics
///
/// If one of them does: a measurement of what went wrong is worth nothing.
pub async fn load<F>(
    callers: usize,
    period: Duration,
    one: impl Fn(usize) -> F + Send + Sync + 'static,
) -> Load
where
    F: Future<Output = ()> + Send + 'static,
{
    let (one, begun, mut tasks) = (Arc::new(one), Instant::now(), JoinSet::new());
    for caller in 0..callers {
        let one = Arc::clone(&one);
        tasks.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < period {
                let asked = Instant::now();
                one(caller).await;
                times.push(asked.elapsed());
            }
            times
        });
    }
    let times = tasks.join_all().await.concat();
    Load::of(times, begun.elapsed())
}

/// The middle one.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap()
}

/// How many processes wanted a core in the last minute, as the system counts them:
/// figures taken on a busy machine are worth little, their ratios more.
#[must_use]
pub fn busy() -> String {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    told.split(' ').next().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_the_times_are_counted_from_the_shortest() {
        let times = (1..=100).rev().map(Duration::from_millis).collect();
        let load = Load::of(times, Duration::from_secs(2));
        let near = |is: f64, due: f64| (is - due).abs() < 1e-9;
        assert!(near(load.rate, 50.0) && load.count() == 100, "{load:?}");
        assert!(near(load.within(0.5), 51.0) && near(load.within(0.99), 100.0), "{load:?}");
        assert!(near(load.within(0.0), 1.0) && near(load.within(1.0), 100.0), "{load:?}");
    }

    #[tokio::test]
    async fn every_caller_goes_on_until_the_end() {
        let load = load(3, Duration::from_millis(20), async |_| tokio::task::yield_now().await).await;
        assert!(load.count() >= 3 && load.rate > 0.0, "{load:?}");
    }
}
