//! Domain controllers with other policies and other certificates than the one that all tests share.

use pforte_directory::ldap::{ActiveDirectory, Ca, Protection, ServiceLogin, Settings};
use pforte_directory::{Directory, DirectoryError, FaultKind, Verdict};
use pforte_test::ad::{Ad, OwnAd};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use xtask::failure::{Done, Failure};

use crate::ldap_directory::{begin, login, password, settings};

fn with(ad: &Ad, protection: Protection, service_login: ServiceLogin) -> Settings {
    Settings { protection, service_login, ..settings(ad) }
}

/// The verdict on bob, once the controller that was just started answers at all.
async fn verdict(ad: &Ad, settings: &Settings) -> Result<Verdict, DirectoryError> {
    let directory = begin(settings, password(&ad.facts.service.password));
    let verdict = tokio::time::timeout(Duration::from_secs(90), patient(ad, &directory)).await.unwrap();
    directory.stop().await;
    verdict
}

async fn patient(ad: &Ad, directory: &ActiveDirectory) -> Result<Verdict, DirectoryError> {
    let starting = [
        FaultKind::Reset,
        FaultKind::Closed,
        FaultKind::ConnectRefused,
        FaultKind::KerberosUnreachable,
        // It answers before it has read whose keys it has.
        FaultKind::KerberosNoService,
    ];
    let judged = async || {
        let bob = directory.find(&login("bob")).await?.unwrap();
        directory.verify(&bob, &password(&ad.facts.user_password)).await
    };
    loop {
        match judged().await {
            Err(DirectoryError::Unreachable(fault)) if starting.contains(&fault.kind) => {
                tokio::task::yield_now().await;
            }
            verdict => return verdict,
        }
    }
}

async fn all_ways_work(ad: &Ad, policy: &str) {
    for protection in [Protection::Auto, Protection::Ldaps, Protection::StartTls, Protection::Sealed] {
        for service_login in [ServiceLogin::Kerberos, ServiceLogin::Simple] {
            let found = verdict(ad, &with(ad, protection, service_login)).await;
            assert_eq!(found, Ok(Verdict::Good), "{policy} {protection:?} {service_login:?}");
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "others change something and may fail")]
fn unchanged(_: &Path) -> Done {
    Ok(())
}

const AS_IT_WAS: &[(&str, &str)] = &[("tls enabled", "yes")];

#[tokio::test]
async fn people_log_on_at_every_policy_of_the_controller_and_without_its_tls() {
    let mut own = OwnAd::start().await;
    all_ways_work(&own.ad, "yes").await;
    own.restart(&[("ldap server require strong auth", "allow_sasl_over_tls")], unchanged).await;
    all_ways_work(&own.ad, "allow_sasl_over_tls").await;
    own.restart(&[("ldap server require strong auth", "no")], unchanged).await;
    all_ways_work(&own.ad, "no").await;
    own.restart(&[("tls enabled", "no")], unchanged).await;
    let ad = &own.ad;
    for protection in [Protection::Auto, Protection::Sealed] {
        assert_eq!(verdict(ad, &with(ad, protection, ServiceLogin::Auto)).await, Ok(Verdict::Good));
    }
    let mut start_tls = with(ad, Protection::StartTls, ServiceLogin::Auto);
    start_tls.limits.connect_ms = 2_000;
    let refused = verdict(ad, &start_tls).await.unwrap_err();
    assert_eq!(refused.fault().unwrap().kind, FaultKind::NoTls);
}

fn openssl(folder: &Path, line: &str) -> Done {
    let done = Command::new("openssl").current_dir(folder).args(line.split_whitespace()).output();
    match done {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(Failure::new(String::from_utf8_lossy(&done.stderr).into_owned())),
        Err(error) => Err(Failure::new(error.to_string())),
    }
}

/// Signs the controller's certificate anew by a CA with this kind of key.
fn sign(folder: &Path, key: &str, options: &str) -> Done {
    openssl(folder, &format!("genpkey {key} -out own.key"))?;
    openssl(
        folder,
        "req -x509 -new -days 30 -subj /CN=own -addext keyUsage=critical,keyCertSign -key own.key -out ca.pem",
    )?;
    let signed = "x509 -req -days 30 -in request.pem -CA ca.pem -CAkey own.key -CAcreateserial \
        -extfile extensions -out cert.pem";
    openssl(folder, &format!("{signed} {options}"))
}

#[tokio::test]
async fn log_ons_are_bound_to_certificates_with_every_kind_of_signature() {
    let mut own = OwnAd::start().await;
    let kinds = [
        ("-algorithm RSA -pkeyopt rsa_keygen_bits:2048", "-sha256"),
        ("-algorithm RSA -pkeyopt rsa_keygen_bits:2048", "-sha512"),
        (
            "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
            "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1",
        ),
        (
            "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
            "-sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1",
        ),
        ("-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "-sha256"),
        ("-algorithm EC -pkeyopt ec_paramgen_curve:P-384", "-sha384"),
    ];
    for (key, options) in kinds {
        let settings = signed(&mut own, key, options).await;
        assert_eq!(verdict(&own.ad, &settings).await, Ok(Verdict::Good), "{key} {options}");
    }
    let settings = signed(&mut own, "-algorithm ED25519", "").await;
    let undefined = verdict(&own.ad, &settings).await.unwrap_err();
    assert_eq!(undefined.fault().unwrap().kind, FaultKind::BindingUndefined);
    let settings = Settings { ed25519_binding: true, ..settings };
    assert_eq!(verdict(&own.ad, &settings).await, Ok(Verdict::Good));
    let settings = Settings { ed25519_binding: false, service_login: ServiceLogin::Simple, ..settings };
    assert_eq!(verdict(&own.ad, &settings).await, Ok(Verdict::Good));
}

/// Starts the controller with a certificate that a CA of this kind signed; settings that trust it.
async fn signed(own: &mut OwnAd, key: &'static str, options: &'static str) -> Settings {
    let kept = std::env::temp_dir().join(format!("pforte-own-ca-{}.pem", std::process::id()));
    let copy = kept.clone();
    own.restart(AS_IT_WAS, move |folder| {
        sign(folder, key, options)?;
        std::fs::copy(folder.join("ca.pem"), &copy).map(drop).map_err(|error| Failure::new(error.to_string()))
    })
    .await;
    let ca = std::fs::read_to_string(&kept).unwrap();
    std::fs::remove_file(kept).unwrap();
    Settings { ca: Ca::Pem(ca), ..with(&own.ad, Protection::Ldaps, ServiceLogin::Kerberos) }
}
