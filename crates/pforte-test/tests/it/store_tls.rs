//! Connections to PostgreSQL that leave the computer: encrypted, with a server that is checked.

use crate::store_kit::sql_at;
use pforte_store::{Engine, OpenError, Settings, Store, StoreError, Tx};
use pforte_test::pg::{OwnPostgres, PgDatabase};
use pforte_test::store::{edge, event};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use secrecy::SecretString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn authority(folder: &Path, name: &str) -> (CertifiedIssuer<'static, KeyPair>, PathBuf) {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let file = folder.join(name);
    std::fs::write(&file, authority.pem()).unwrap();
    (authority, file)
}

/// Has the server use a certificate for this name from now on.
async fn certify(
    server: &OwnPostgres,
    folder: &Path,
    authority: &CertifiedIssuer<'static, KeyPair>,
    name: &str,
) {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let pairs = [
        ("ssl_cert_file", "server.crt", certificate.pem()),
        ("ssl_key_file", "server.key", key.serialize_pem()),
    ];
    for (setting, file, pem) in pairs {
        let path = folder.join(file);
        std::fs::write(&path, pem).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let owner = std::process::Command::new("chown")
            .args(["--reference"])
            .arg(&server.facts.socket)
            .arg(&path)
            .status();
        assert!(owner.unwrap().success());
        sql_at(&server.facts.url, &format!("ALTER SYSTEM SET {setting} = '{}'", path.display())).await;
    }
    sql_at(&server.facts.url, "ALTER SYSTEM SET ssl = on").await;
    sql_at(&server.facts.url, "SELECT pg_reload_conf()").await;
}

fn settings(url: &str, ca: &Path) -> Settings {
    Settings::new(Engine::Postgres { url: SecretString::from(url), ca: Some(ca.to_owned()) })
}

/// The error of opening, once the server has taken over its new settings.
async fn refused(url: &str, ca: &Path) -> OpenError {
    Store::create(&settings(url, ca), edge()).await.err().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_used_over_tls_only_if_its_certificate_is_good() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let server = OwnPostgres::start().await;
    let database = PgDatabase::on(&server.facts).await;
    let ((good, good_file), (_, other_file)) =
        (authority(folder.path(), "ca.pem"), authority(folder.path(), "other.pem"));
    // It offers no encryption: nothing is sent in the clear instead.
    assert!(matches!(refused(database.url(), &good_file).await, OpenError::Untrusted(_)));
    certify(&server, folder.path(), &good, "db.other.example").await;
    let wrong_name = refused(database.url(), &good_file).await;
    assert!(matches!(wrong_name, OpenError::Untrusted(_)), "{wrong_name:?}");
    certify(&server, folder.path(), &good, "127.0.0.1").await;
    let wrong_authority = refused(database.url(), &other_file).await;
    assert!(matches!(wrong_authority, OpenError::Untrusted(_)), "{wrong_authority:?}");
    let store = loop {
        match Store::create(&settings(database.url(), &good_file), edge()).await {
            Ok(store) => break store,
            Err(error) => assert!(matches!(error, OpenError::Untrusted(_)), "{error:?}"),
        }
    };
    let job = store.write(async |tx: &mut Tx| -> Result<u64, StoreError> { tx.append(&event(0)) });
    assert_eq!(job.await.unwrap(), 0);
    let (client, connection) = tokio_postgres::connect(database.url(), tokio_postgres::NoTls).await.unwrap();
    let sql = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = 'pforte' AND NOT ssl";
    let work = async move { client.query_one(sql, &[]).await };
    let (plain, _) = tokio::join!(work, connection);
    assert_eq!(plain.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_file_without_an_authority_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    for file in [empty, folder.path().join("absent.pem")] {
        let refused = refused("postgres://u@127.0.0.1/db", &file).await;
        assert!(matches!(refused, OpenError::Address(_)), "{refused:?}");
    }
}
