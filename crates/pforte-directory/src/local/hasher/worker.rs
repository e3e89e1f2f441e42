//! One hashing thread and its buffer.

use super::HashError;
use super::queue::{Next, Queue, Task};
use crate::local::verifier::Tag;
use argon2::{Algorithm, Argon2, AssociatedData, Block, ParamsBuilder, Version};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// How long a worker keeps its buffer without work.
const KEEP: Duration = Duration::from_secs(10);

/// Hashes what the queue hands out until the queue is closed.
pub(super) fn run(queue: &Queue) {
    super::priority::yield_to_others();
    let mut buffer = Buffer::default();
    loop {
        match queue.next(buffer.is_held().then_some(KEEP)) {
            Next::Hash(entry) => {
                let begun = Instant::now();
                // A panic drops the entry, which answers its caller; the thread goes on.
                let made = catch_unwind(AssertUnwindSafe(|| derive(&entry.task, &mut buffer)));
                queue.counters.hashed(begun.saturating_duration_since(entry.since), begun.elapsed());
                if let Ok(made) = made {
                    // The caller may have gone meanwhile; then nobody needs to hear.
                    let _ = entry.reply.send(made);
                } else {
                    tracing::error!("hashing a password panicked; the thread goes on");
                }
            }
            Next::Idle => buffer = Buffer::default(),
            Next::Stop => return,
        }
    }
}

/// Argon2id of the task. The user's id goes in as associated data, so that a
/// verifier that was copied from one user's row to another's never matches.
fn derive(task: &Task, buffer: &mut Buffer) -> Result<Tag, HashError> {
    let params = ParamsBuilder::new()
        .m_cost(task.cost.memory_kib())
        .t_cost(task.cost.passes())
        .p_cost(1)
        .output_len(size_of::<Tag>())
        .data(AssociatedData::new(task.user.as_bytes()).map_err(|_| HashError::Stopped)?)
        .build()
        .map_err(|_| HashError::TooCostly)?;
    let blocks = buffer.blocks(params.block_count())?;
    let argon2 = Argon2::new_with_secret(task.pepper.key(), Algorithm::Argon2id, Version::V0x13, params)
        .map_err(|_| HashError::Stopped)?;
    let mut tag = Tag::default();
    argon2
        .hash_password_into_with_memory(task.password.as_bytes(), &task.salt, &mut tag, blocks)
        .map_err(|_| HashError::Memory)?;
    Ok(tag)
}

/// The memory a worker hashes in: reused while there is work (a fresh one costs
/// as much again as the hashing), given back when there is none.
#[derive(Default)]
struct Buffer(Vec<Block>);

impl Buffer {
    /// Address space to reserve, in blocks of 1 KiB. From 32 MiB on glibc gives
    /// an allocation a mapping of its own, which goes back to the system when it
    /// is freed; below, it may stay with the process. Only what is used of it
    /// takes memory.
    const RESERVE: usize = 33 * 1024;

    fn is_held(&self) -> bool {
        self.0.capacity() > 0
    }

    /// The first `count` blocks; what is in them does not matter.
    fn blocks(&mut self, count: usize) -> Result<&mut [Block], HashError> {
        if self.0.len() < count {
            let room = count.max(Self::RESERVE).saturating_sub(self.0.len());
            self.0.try_reserve_exact(room).map_err(|_| HashError::Memory)?;
            self.0.resize(count, Block::new());
        }
        self.0.get_mut(..count).ok_or(HashError::Memory)
    }
}
