//! The plant's own certificate authority, and the server certificates it signs.
//!
//! The authority's key is read when a certificate is made, and is not kept in
//! memory between.

use super::FolderError;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use pforte_model::time::Micros;
use rand::CryptoRng;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType, SerialNumber, date_time_ymd,
};
use rustls_pki_types::PrivatePkcs8KeyDer;
use std::net::IpAddr;
use std::time::Duration;
use zeroize::Zeroizing;

const DAY: u64 = 24 * 3600;

/// How long the authority lasts: 20 years.
const AUTHORITY: Duration = Duration::from_secs(7305 * DAY);

/// How long a server certificate lasts; browsers accept at most 398 days.
const SERVER: Duration = Duration::from_secs(397 * DAY);

/// A certificate begins this long before it is made, for stations whose clock is late.
const BEFORE: Duration = Duration::from_secs(DAY);

/// The most characters of the plant's name that go into the authority's name,
/// which may have 64 in all.
const NAME_CHARS: usize = 32;

/// A key and what was made of it, as PEM.
pub(super) struct Made {
    /// The private key, PKCS #8.
    pub(super) key: Zeroizing<String>,
    /// The certificate.
    pub(super) certificate: String,
}

/// Makes the authority of a plant.
pub(super) fn make_authority(
    plant: &str,
    now: Micros,
    rng: &mut impl CryptoRng,
) -> Result<Made, FolderError> {
    let key = make_key(rng)?;
    let mut params = params(now, AUTHORITY, rng);
    let plant: String = plant.chars().take(NAME_CHARS).collect();
    let mut mark = [0; 4];
    rng.fill_bytes(&mut mark);
    // The mark tells it from the authority of data that were made anew.
    let mark = u32::from_be_bytes(mark);
    params.distinguished_name.push(DnType::CommonName, format!("Pforte CA {plant} {mark:08x}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&*key)?.pem();
    Ok(Made { key: Zeroizing::new(key.serialize_pem()), certificate })
}

/// Makes a server certificate for these names, signed by the authority.
pub(super) fn make_server(
    authority: &Made,
    names: &[String],
    now: Micros,
    rng: &mut impl CryptoRng,
) -> Result<Made, FolderError> {
    let authority_key = Zeroizing::new(KeyPair::from_pem(&authority.key)?);
    let issuer = Issuer::from_ca_cert_pem(&authority.certificate, &*authority_key)?;
    let key = make_key(rng)?;
    let mut params = params(now, SERVER, rng);
    for name in names {
        params.subject_alt_names.push(match name.parse::<IpAddr>() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => SanType::DnsName(name.as_str().try_into()?),
        });
    }
    params.distinguished_name.push(DnType::CommonName, "Pforte server");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&*key, &issuer)?.pem();
    Ok(Made { key: Zeroizing::new(key.serialize_pem()), certificate })
}

/// What both kinds of certificate share: an empty name, a random serial number,
/// and their time.
fn params(now: Micros, lasts: Duration, rng: &mut impl CryptoRng) -> CertificateParams {
    let mut serial = [0; 16];
    rng.fill_bytes(&mut serial);
    let seconds = u64::try_from(now.0 / Micros::SECOND).unwrap_or(0);
    let begins = date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds).saturating_sub(BEFORE);
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.not_before = begins;
    params.not_after = begins + lasts;
    params
}

/// A key for ECDSA on P-256.
///
/// The library's own generator would draw from the system behind our back; so the
/// secret number is drawn here and handed over as an `ECPrivateKey` (RFC 5915),
/// which the library checks (0 < number < order) and completes.
fn make_key(rng: &mut impl CryptoRng) -> Result<Zeroizing<KeyPair>, FolderError> {
    const HEAD: [u8; 7] = [0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
    const CURVE: [u8; 12] = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    // A number is refused once in 2^32 draws.
    for _ in 0..8 {
        let mut number = Zeroizing::new([0_u8; 32]);
        rng.fill_bytes(number.as_mut_slice());
        let der = Zeroizing::new([HEAD.as_slice(), number.as_slice(), &CURVE].concat());
        if let Ok(pair) = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_ASN1_SIGNING, &der) {
            let whole = pair.to_pkcs8v1().map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
            let whole = PrivatePkcs8KeyDer::from(whole.as_ref());
            let pair = KeyPair::from_pkcs8_der_and_sign_algo(&whole, &PKCS_ECDSA_P256_SHA256)?;
            return Ok(Zeroizing::new(pair));
        }
    }
    Err(rcgen::Error::CouldNotParseKeyPair.into())
}
