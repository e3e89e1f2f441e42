//! How urgent the hashing threads are, compared with the rest of the machine.
//!
//! With every core hashing, a thread that answers a question waits for a hash's
//! time slice to end: 3 to 4 ms, where 0.1 ms is due. A little less urgent than
//! the rest, a hash gives way at once and loses next to nothing while the
//! machine has nothing else to do. It must not be much less: an operator who
//! logs on at a busy computer should not wait for the busy program.

#[cfg(target_os = "linux")]
use rustix::process::{getpriority_process, setpriority_process};

/// Makes the calling thread a little less urgent. Without that right, or on a
/// system where this is not known, it stays as it is.
#[cfg(target_os = "linux")]
pub(super) fn yield_to_others() {
    /// Steps of niceness: a third of the weight of the process's other threads.
    const STEPS: i32 = 5;
    /// The last step there is.
    const LAST: i32 = 19;
    // On Linux the priority is the thread's own; `None` is the calling thread.
    let lowered =
        getpriority_process(None).and_then(|now| setpriority_process(None, (now + STEPS).min(LAST)));
    if let Err(error) = lowered {
        tracing::warn!(error = %error, "a hashing thread keeps its usual priority");
    }
}

/// Makes the calling thread a little less urgent: not known on this system.
#[cfg(not(target_os = "linux"))]
pub(super) fn yield_to_others() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn only_the_thread_that_asks_becomes_less_urgent() {
        let before = getpriority_process(None).unwrap();
        let asked = std::thread::spawn(|| {
            yield_to_others();
            getpriority_process(None).unwrap()
        });
        assert_eq!(asked.join().unwrap(), (before + 5).min(19));
        assert_eq!(getpriority_process(None).unwrap(), before);
    }
}
