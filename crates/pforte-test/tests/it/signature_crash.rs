//! The server's process is killed at any moment of a load of signatures; the soak does
//! the same for longer.

use crate::crash::program;
use pforte_test::server::Engine;
use pforte_test::signing_crash::rounds;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signatures_are_whole_or_not_there_when_the_server_is_killed() {
    killed(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signatures_in_postgresql_are_whole_or_not_there_when_the_server_is_killed() {
    killed(Engine::Postgres).await;
}

async fn killed(engine: Engine) {
    let some = |least: usize| least + usize::from(rand::random::<u8>() % 64);
    let kills = [1, some(10), some(60)];
    let came = rounds(engine, program, &kills).await;
    assert!(came.complete > 0 && came.statements > came.requests * 2, "{kills:?}: {came:?}");
}
