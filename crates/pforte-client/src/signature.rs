//! Electronic signatures: their policies, requests, records and documents.

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use crate::list::Page;
use pforte_wire::List;
use pforte_wire::signature::{
    CancelRequest, RECORD_BYTES, RefuseToSign, RequestSignatures, SentRecord, Sign, SignatureKeys,
    SignatureRequest, Signed, Waiting,
};
use pforte_wire::signature_policy::{PutSignaturePolicy, SignaturePolicy, SignaturePolicyVersion};
use std::time::Duration;

/// Longest document that is taken, in bytes.
const DOCUMENT_BYTES: usize = 64 << 20;

/// How long a record may be on its way.
const RECORD_TIME: Duration = Duration::from_mins(10);

/// Which signature requests; the server takes one of them at a time.
#[derive(Clone, Debug, Default)]
pub struct SignatureRequestFilter {
    /// In this state.
    pub state: Option<String>,
    /// About this object.
    pub object: Option<String>,
    /// Signed by this person, by identifier.
    pub person: Option<String>,
}

/// The policies.
impl Client {
    /// The signature policies.
    pub async fn signature_policies(&self, page: &Page) -> Result<List<SignaturePolicy>, ClientError> {
        self.get(Target::api(&["signature-policies"]).page(page)).await
    }

    /// One signature policy.
    pub async fn signature_policy(&self, id: &str) -> Result<SignaturePolicy, ClientError> {
        self.get(Target::api(&["signature-policies", id])).await
    }

    /// Makes a signature policy.
    pub async fn add_signature_policy(
        &self,
        new: &PutSignaturePolicy,
    ) -> Result<SignaturePolicy, ClientError> {
        self.post(Target::api(&["signature-policies"]), new).await
    }

    /// Replaces all of a signature policy.
    pub async fn change_signature_policy(
        &self,
        id: &str,
        change: &PutSignaturePolicy,
    ) -> Result<SignaturePolicy, ClientError> {
        self.put(Target::api(&["signature-policies", id]), change).await
    }

    /// Takes a signature policy out of use.
    pub async fn remove_signature_policy(&self, id: &str) -> Result<(), ClientError> {
        self.delete(Target::api(&["signature-policies", id])).await
    }

    /// The versions that a signature policy had, the newest first; those before `before`.
    pub async fn signature_policy_versions(
        &self,
        id: &str,
        before: Option<&str>,
    ) -> Result<List<SignaturePolicyVersion>, ClientError> {
        self.get(Target::api(&["signature-policies", id, "versions"]).with("before", before)).await
    }
}

/// The requests.
impl Client {
    /// Asks for signatures; with the same key the same request is told.
    pub async fn request_signatures(
        &self,
        asked: &RequestSignatures,
    ) -> Result<SignatureRequest, ClientError> {
        self.post(Target::api(&["signature-requests"]), asked).await
    }

    /// Signature requests, the newest first. A page has at most 200.
    pub async fn signature_requests(
        &self,
        filter: &SignatureRequestFilter,
        page: &Page,
    ) -> Result<List<SignatureRequest>, ClientError> {
        let target = Target::api(&["signature-requests"])
            .page(page)
            .with("state", filter.state.as_deref())
            .with("object", filter.object.as_deref())
            .with("person", filter.person.as_deref());
        self.get(target).await
    }

    /// One signature request; `view` is what its page's address holds.
    pub async fn signature_request(
        &self,
        id: &str,
        view: Option<&str>,
    ) -> Result<SignatureRequest, ClientError> {
        self.get(Target::api(&["signature-requests", id]).with("view", view)).await
    }

    /// One signature request as soon as its version is greater than `known`, or after
    /// `wait`, of which the server takes at most 60 s.
    pub async fn changed_signature_request(
        &self,
        (id, view): (&str, Option<&str>),
        known: i64,
        wait: Duration,
    ) -> Result<SignatureRequest, ClientError> {
        let target = Target::api(&["signature-requests", id])
            .with("view", view)
            .with("known", Some(&known.to_string()))
            .with_number("wait", Some(wait.as_secs()));
        self.patient(wait.saturating_add(self.limits().answer)).get(target).await
    }

    /// The requests that wait for the person who calls.
    pub async fn waiting_signature_requests(&self) -> Result<List<Waiting>, ClientError> {
        self.get(Target::api(&["signature-requests", "waiting"])).await
    }

    /// Cancels a signature request.
    pub async fn cancel_signature_request(
        &self,
        id: &str,
        cancel: &CancelRequest,
    ) -> Result<SignatureRequest, ClientError> {
        self.post(Target::api(&["signature-requests", id, "cancellation"]), cancel).await
    }
}

/// The signatures and what proves them.
impl Client {
    /// Signs one request or several.
    pub async fn sign(&self, sign: &Sign) -> Result<Signed, ClientError> {
        self.post(Target::api(&["signatures"]), sign).await
    }

    /// Refuses to sign; the request is over.
    pub async fn refuse_to_sign(
        &self,
        id: &str,
        refuse: &RefuseToSign,
    ) -> Result<SignatureRequest, ClientError> {
        self.post(Target::api(&["signature-requests", id, "refusal"]), refuse).await
    }

    /// The document of a request in one of its forms, JSON without one; the language is
    /// that of the labels of a PDF, the plant's without one.
    pub async fn signature_document(
        &self,
        (id, view): (&str, Option<&str>),
        (form, language): (Option<&str>, Option<&str>),
    ) -> Result<Vec<u8>, ClientError> {
        let target = Target::api(&["signature-requests", id, "document"])
            .with("form", form)
            .with("language", language);
        self.roomy(DOCUMENT_BYTES).get_bytes(target.with("view", view)).await.map(Vec::from)
    }

    /// The record of a request, as it was sent.
    pub async fn signature_record(&self, id: &str, view: Option<&str>) -> Result<Vec<u8>, ClientError> {
        let target = Target::api(&["signature-requests", id, "record"]).with("view", view);
        let most = usize::try_from(RECORD_BYTES).unwrap_or(usize::MAX);
        self.roomy(most).patient(RECORD_TIME).get_bytes(target).await.map(Vec::from)
    }

    /// Sends a record of this media type, to be named in a request within an hour.
    pub async fn send_signature_record(
        &self,
        media_type: &str,
        record: Vec<u8>,
    ) -> Result<SentRecord, ClientError> {
        let target = Target::api(&["signature-records"]);
        self.patient(RECORD_TIME).post_bytes(target, (media_type, record.into())).await
    }

    /// The public halves of the signature keys.
    pub async fn signature_keys(&self) -> Result<SignatureKeys, ClientError> {
        self.get(Target::api(&["signature-keys"])).await
    }
}
