//! The client: what all operations share.

use crate::address::{Base, Target};
use crate::connect::{ConnectFault, Connector, fault_in};
use crate::error::{ClientError, Misshapen, Refusal};
use crate::trust::{self, BadSettings, Trust};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use hyper::{Method, Request, Response};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use pforte_wire::problem::Problem;
use pforte_wire::secret::Secret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// The header with which a station proves itself.
const STATION: HeaderName = HeaderName::from_static("pforte-station");

/// How long the client waits and how much it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection is there; 10 s.
    pub connect: Duration,
    /// From the call to the end of its answer; 30 s.
    pub answer: Duration,
    /// How long an unused connection is kept; 30 s.
    pub idle: Duration,
    /// The longest answer in bytes; 16 MiB.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            bytes: 16 << 20,
        }
    }
}

/// A token or credential with characters that a header cannot carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token or credential contains a character that cannot be sent")]
pub struct BadSecret;

/// A client of one server. Cloning is cheap and shares the connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: legacy::Client<Connector, Full<Bytes>>,
    base: Arc<Base>,
    limits: Limits,
    token: Option<HeaderValue>,
    station: Option<HeaderValue>,
}

impl Client {
    /// A client of the server at `base` (`https://host:port`) that believes `trust`.
    /// Nothing is sent yet.
    pub fn new(base: &str, trust: &Trust) -> Result<Self, BadSettings> {
        Self::with_limits(base, trust, Limits::default())
    }

    /// As [`Client::new`], with other limits than the usual ones.
    pub fn with_limits(base: &str, trust: &Trust, limits: Limits) -> Result<Self, BadSettings> {
        let base = Arc::new(Base::parse(base)?);
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(limits.idle)
            .build(Connector::new(trust::tls(trust)?, limits.connect));
        Ok(Self { http, base, limits, token: None, station: None })
    }

    /// The same client calling with a session's token or an application's credential.
    pub fn with_token(mut self, token: &Secret) -> Result<Self, BadSecret> {
        let text = Zeroizing::new(format!("Bearer {}", token.expose()));
        self.token = Some(hidden(&text)?);
        Ok(self)
    }

    /// The same client calling as the station that has this credential.
    pub fn with_station(mut self, credential: &Secret) -> Result<Self, BadSecret> {
        self.station = Some(hidden(credential.expose())?);
        Ok(self)
    }

    /// The same client with more time for an answer.
    pub(crate) fn patient(&self, answer: Duration) -> Self {
        let mut patient = self.clone();
        patient.limits.answer = patient.limits.answer.max(answer);
        patient
    }

    /// The same client with room for a longer answer, in bytes.
    pub(crate) fn roomy(&self, bytes: usize) -> Self {
        let mut roomy = self.clone();
        roomy.limits.bytes = roomy.limits.bytes.max(bytes);
        roomy
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, target: Target) -> Result<T, ClientError> {
        read(&self.call(Method::GET, target, Bytes::new()).await?)
    }

    pub(crate) async fn get_text(&self, target: Target) -> Result<String, ClientError> {
        let bytes = self.call(Method::GET, target, Bytes::new()).await?;
        String::from_utf8(bytes.into()).map_err(|_| ClientError::Shape(Misshapen::NotJson))
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        target: Target,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        read(&self.call(Method::POST, target, write(body)?).await?)
    }

    /// A `POST` that has nothing to say.
    pub(crate) async fn post_empty<T: DeserializeOwned>(&self, target: Target) -> Result<T, ClientError> {
        read(&self.call(Method::POST, target, Bytes::new()).await?)
    }

    pub(crate) async fn patch<T: DeserializeOwned>(
        &self,
        target: Target,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        read(&self.call(Method::PATCH, target, write(body)?).await?)
    }

    pub(crate) async fn put<T: DeserializeOwned>(
        &self,
        target: Target,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        read(&self.call(Method::PUT, target, write(body)?).await?)
    }

    /// A `POST` whose success has no content.
    pub(crate) async fn post_only(&self, target: Target, body: &impl Serialize) -> Result<(), ClientError> {
        self.call(Method::POST, target, write(body)?).await.map(drop)
    }

    /// A `PUT` whose success has no content.
    pub(crate) async fn put_only(&self, target: Target, body: &impl Serialize) -> Result<(), ClientError> {
        self.call(Method::PUT, target, write(body)?).await.map(drop)
    }

    pub(crate) async fn delete(&self, target: Target) -> Result<(), ClientError> {
        self.call(Method::DELETE, target, Bytes::new()).await.map(drop)
    }

    /// An answer that is no JSON of ours, as it came.
    pub(crate) async fn get_bytes(&self, target: Target) -> Result<Bytes, ClientError> {
        self.whole(self.request(Method::GET, &target, Bytes::new(), "*/*")?).await
    }

    /// A `POST` of anything, of this kind.
    pub(crate) async fn post_bytes<T: DeserializeOwned>(
        &self,
        target: Target,
        (kind, body): (&str, Bytes),
    ) -> Result<T, ClientError> {
        let unwritable = |_| ClientError::Shape(Misshapen::Request);
        let mut request = self.request(Method::POST, &target, body, "application/json")?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_str(kind).map_err(unwritable)?);
        read(&self.whole(request).await?)
    }

    async fn call(&self, method: Method, target: Target, body: Bytes) -> Result<Bytes, ClientError> {
        self.whole(self.request(method, &target, body, "application/json")?).await
    }

    /// Sends a request and waits for the whole answer.
    async fn whole(&self, request: Request<Full<Bytes>>) -> Result<Bytes, ClientError> {
        let whole = async { take(self.sent(request).await?.into_body(), self.limits.bytes).await };
        timeout(self.limits.answer, whole).await.map_err(|_| ClientError::TimeOut)?
    }

    /// Sends a call and gives its answer when the head of a success is there.
    pub(crate) async fn send(
        &self,
        method: Method,
        target: Target,
        body: Bytes,
        accept: &'static str,
    ) -> Result<Response<Incoming>, ClientError> {
        self.sent(self.request(method, &target, body, accept)?).await
    }

    async fn sent(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, ClientError> {
        let answer = self.http.request(request).await.map_err(|error| lost(&error))?;
        if answer.status().is_success() { Ok(answer) } else { Err(self.refusal(answer).await) }
    }

    fn request(
        &self,
        method: Method,
        target: &Target,
        body: Bytes,
        accept: &'static str,
    ) -> Result<Request<Full<Bytes>>, ClientError> {
        let unwritable = ClientError::Shape(Misshapen::Request);
        let Some(uri) = self.base.join(target) else { return Err(unwritable) };
        let mut request = Request::builder().method(method).uri(uri).header(ACCEPT, accept);
        request = request.header(USER_AGENT, concat!("pforte-client/", env!("CARGO_PKG_VERSION")));
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, token);
        }
        if let Some(station) = &self.station {
            request = request.header(STATION, station);
        }
        request.body(Full::new(body)).map_err(|_| unwritable)
    }

    async fn refusal(&self, answer: Response<Incoming>) -> ClientError {
        let status = answer.status().as_u16();
        let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = match take(answer.into_body(), self.limits.bytes).await {
            Ok(body) => body,
            Err(error) => return error,
        };
        match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => {
                let retry_after = seconds.map(Duration::from_secs);
                ClientError::Refused(Box::new(Refusal { problem, retry_after }))
            }
            Err(_) => ClientError::Shape(Misshapen::NoProblem(status)),
        }
    }
}

fn hidden(text: &str) -> Result<HeaderValue, BadSecret> {
    let mut value = HeaderValue::from_str(text.trim()).map_err(|_| BadSecret)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The JSON of a body, in memory that is cleared when the request is sent.
fn write(body: &impl Serialize) -> Result<Bytes, ClientError> {
    // Room for every request that carries a password, so that growing leaves no copy behind.
    let mut json = Zeroizing::new(Vec::with_capacity(4096));
    serde_json::to_writer(&mut *json, body).map_err(|_| ClientError::Shape(Misshapen::Request))?;
    Ok(Bytes::from_owner(json))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(body).map_err(|_| ClientError::Shape(Misshapen::NotJson))
}

async fn take(body: Incoming, most: usize) -> Result<Bytes, ClientError> {
    match Limited::new(body, most).collect().await {
        Ok(all) => Ok(all.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ClientError::Shape(Misshapen::TooLong)),
        Err(_) => Err(ClientError::Lost),
    }
}

fn lost(error: &legacy::Error) -> ClientError {
    match fault_in(error) {
        Some(ConnectFault::Unreached(fault)) => ClientError::Unreachable(fault),
        Some(ConnectFault::Untrusted(fault)) => ClientError::Untrusted(fault),
        None => ClientError::Lost,
    }
}

#[cfg(test)]
mod tests;
