//! Who may call what: one table, compared with the document of the API by a test.

use super::permit::{
    ExplainDecisions, ManageApplications, ManageAreas, ManageAssignments, ManageDirectories, ManageRoles,
    ManageSessions, ManageSignatures, ManageStations, ManageUsers, ReadApplications, ReadAreas,
    ReadAssignments, ReadDirectories, ReadEvents, ReadRoles, ReadSessions, ReadSignatures, ReadStations,
    ReadUsers, Right,
};
use pforte_model::event::EventType;
use std::collections::BTreeMap;
use utoipa::openapi::response::Response;
use utoipa::openapi::{Content, Ref, RefOr};
use utoipa::{IntoResponses, PartialSchema as _, ToSchema as _};

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Every person who is logged on.
    Person,
    /// A person with this right.
    Right(&'static str),
    /// A person with one of these rights.
    Either(&'static str, &'static str),
    /// Every application, within its scope.
    Application,
    /// A person about themselves, an application within its scope.
    PersonOrApplication,
    /// An application about its own, a person with this right.
    ApplicationOr(&'static str),
    /// The station itself, an application within its scope, a person with this right.
    StationOr(&'static str),
    /// The station itself.
    Station,
}

/// One operation of the API.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The method.
    pub method: &'static str,
    /// The path below `/api/v1`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// The events that it writes when it changes something.
    pub events: &'static [EventType],
}

const fn op(
    method: &'static str,
    path: &'static str,
    access: Access,
    events: &'static [EventType],
) -> Operation {
    Operation { method, path, access, events }
}

const fn right<R: Right>() -> Access {
    Access::Right(R::NAME)
}

use Access::{Application, ApplicationOr, Either, Person, PersonOrApplication, Public, Station, StationOr};
use EventType as E;

/// Every operation.
pub const TABLE: &[Operation] = &[
    op("GET", "/openapi.json", Public, &[]),
    op("GET", "/logon", Public, &[]),
    op("POST", "/setup", Public, &[E::FirstAdministrator]),
    op("POST", "/sessions", Public, &[E::LoggedOn]),
    op("POST", "/sessions/negotiate", Public, &[E::LoggedOn]),
    op("POST", "/passwords", Public, &[E::PasswordChanged]),
    op("GET", "/sessions/current", Person, &[]),
    op("DELETE", "/sessions/current", Person, &[E::LoggedOff]),
    op("POST", "/sessions/current/activity", Person, &[]),
    op("GET", "/sessions", right::<ReadSessions>(), &[]),
    op("GET", "/sessions/{id}", right::<ReadSessions>(), &[]),
    op("DELETE", "/sessions/{id}", right::<ManageSessions>(), &[E::SessionEnded]),
    op("POST", "/decisions", PersonOrApplication, &[]),
    op("POST", "/explanations", right::<ExplainDecisions>(), &[]),
    op("GET", "/stream", PersonOrApplication, &[]),
    op("GET", "/areas", right::<ReadAreas>(), &[]),
    op("GET", "/areas/{id}", right::<ReadAreas>(), &[]),
    op("POST", "/areas", right::<ManageAreas>(), &[E::AreaCreated]),
    op("PATCH", "/areas/{id}", right::<ManageAreas>(), &[E::AreaChanged]),
    op("DELETE", "/areas/{id}", right::<ManageAreas>(), &[E::AreaRemoved]),
    op("GET", "/stations", right::<ReadStations>(), &[]),
    op("GET", "/stations/{id}", right::<ReadStations>(), &[]),
    op("GET", "/stations/current", Station, &[]),
    op("GET", "/stations/{id}/session", StationOr(ReadSessions::NAME), &[]),
    op("GET", "/stations/{id}/session/stream", StationOr(ReadSessions::NAME), &[]),
    op("POST", "/stations", right::<ManageStations>(), &[E::StationRegistered]),
    op("PATCH", "/stations/{id}", right::<ManageStations>(), &[E::StationChanged]),
    op("DELETE", "/stations/{id}", right::<ManageStations>(), &[E::StationRemoved]),
    op("POST", "/stations/current/credential", Public, &[E::StationInstalled]),
    op("DELETE", "/stations/current/credential", Public, &[E::StationForgotten]),
    op("POST", "/stations/{id}/credential", right::<ManageStations>(), &[E::StationCredentialRenewed]),
    op("GET", "/applications", right::<ReadApplications>(), &[]),
    op("GET", "/applications/{id}", right::<ReadApplications>(), &[]),
    op("GET", "/applications/current", Application, &[]),
    op("POST", "/applications", right::<ManageApplications>(), &[E::ApplicationRegistered]),
    op("PATCH", "/applications/{id}", right::<ManageApplications>(), &[E::ApplicationChanged]),
    op("DELETE", "/applications/{id}", right::<ManageApplications>(), &[E::ApplicationRemoved]),
    op(
        "POST",
        "/applications/{id}/credential",
        right::<ManageApplications>(),
        &[E::ApplicationCredentialRenewed],
    ),
    op("PUT", "/applications/{id}/rights", right::<ManageApplications>(), &[E::RightsRegistered]),
    op("GET", "/applications/{id}/webhook", right::<ReadApplications>(), &[]),
    op("PUT", "/applications/{id}/webhook", right::<ManageApplications>(), &[E::ApplicationChanged]),
    op("DELETE", "/applications/{id}/webhook", right::<ManageApplications>(), &[E::ApplicationChanged]),
    op("POST", "/applications/{id}/webhook/test", right::<ManageApplications>(), &[]),
    op("PUT", "/applications/current/rights", Application, &[E::RightsRegistered]),
    op("GET", "/roles", right::<ReadRoles>(), &[]),
    op("GET", "/roles/{id}", right::<ReadRoles>(), &[]),
    op("POST", "/roles", right::<ManageRoles>(), &[E::RoleCreated]),
    op("PUT", "/roles/{id}", right::<ManageRoles>(), &[E::RoleChanged]),
    op("DELETE", "/roles/{id}", right::<ManageRoles>(), &[E::RoleRemoved]),
    op("GET", "/assignments", right::<ReadAssignments>(), &[]),
    op("GET", "/assignments/{id}", right::<ReadAssignments>(), &[]),
    op("POST", "/assignments", right::<ManageAssignments>(), &[E::AssignmentCreated]),
    op("PUT", "/assignments/{id}", right::<ManageAssignments>(), &[E::AssignmentChanged]),
    op("DELETE", "/assignments/{id}", right::<ManageAssignments>(), &[E::AssignmentRemoved]),
    op("GET", "/users", right::<ReadUsers>(), &[]),
    op("GET", "/users/{id}", right::<ReadUsers>(), &[]),
    op("POST", "/users", right::<ManageUsers>(), &[E::UserCreated]),
    op("PATCH", "/users/{id}", right::<ManageUsers>(), &[E::UserEdited]),
    op("PUT", "/users/{id}/password", right::<ManageUsers>(), &[E::PasswordSet]),
    op("GET", "/groups", right::<ReadUsers>(), &[]),
    op("GET", "/groups/{id}", right::<ReadUsers>(), &[]),
    op("POST", "/groups", right::<ManageUsers>(), &[E::GroupCreated]),
    op("PATCH", "/groups/{id}", right::<ManageUsers>(), &[E::GroupChanged]),
    op("PUT", "/groups/{id}/members", right::<ManageUsers>(), &[E::MemberAdded]),
    op("DELETE", "/groups/{id}/members/{kind}/{member}", right::<ManageUsers>(), &[E::MemberRemoved]),
    op("GET", "/directories", right::<ReadDirectories>(), &[]),
    op("GET", "/directories/{id}", right::<ReadDirectories>(), &[]),
    op("POST", "/directories", right::<ManageDirectories>(), &[E::DirectoryAdded]),
    op("PATCH", "/directories/{id}", right::<ManageDirectories>(), &[E::DirectoryChanged]),
    op("DELETE", "/directories/{id}", right::<ManageDirectories>(), &[E::DirectoryRemoved]),
    op("PUT", "/directories/{id}/keytab", right::<ManageDirectories>(), &[E::DirectoryChanged]),
    op("DELETE", "/directories/{id}/keytab", right::<ManageDirectories>(), &[E::DirectoryChanged]),
    op("PUT", "/directories/order", right::<ManageDirectories>(), &[E::DirectoryChanged]),
    op("POST", "/directories/test", right::<ManageDirectories>(), &[E::DirectoryTested]),
    op("POST", "/directories/{id}/test", right::<ManageDirectories>(), &[E::DirectoryTested]),
    op("POST", "/directories/{id}/probe", right::<ManageDirectories>(), &[E::DirectoryTested]),
    op("GET", "/directories/{id}/search", right::<ReadUsers>(), &[]),
    op("POST", "/directories/{id}/principals", right::<ManageUsers>(), &[E::UserAdopted, E::GroupAdopted]),
    op("GET", "/signature-policies", right::<ReadSignatures>(), &[]),
    op("GET", "/signature-policies/{id}", right::<ReadSignatures>(), &[]),
    op("GET", "/signature-policies/{id}/versions", right::<ReadSignatures>(), &[]),
    op("POST", "/signature-policies", right::<ManageSignatures>(), &[E::SignaturePolicyCreated]),
    op("PUT", "/signature-policies/{id}", right::<ManageSignatures>(), &[E::SignaturePolicyChanged]),
    op("DELETE", "/signature-policies/{id}", right::<ManageSignatures>(), &[E::SignaturePolicyRemoved]),
    op("POST", "/signature-requests", PersonOrApplication, &[E::SignatureRequested]),
    op("GET", "/signature-requests", ApplicationOr(ReadSignatures::NAME), &[]),
    op("GET", "/signature-requests/waiting", Person, &[]),
    op("GET", "/signature-requests/stream", Application, &[]),
    op("GET", "/signature-requests/{id}", Public, &[]),
    op("GET", "/signature-requests/{id}/document", Public, &[]),
    op("GET", "/signature-requests/{id}/record", Public, &[]),
    op("POST", "/signature-requests/{id}/refusal", Public, &[E::SignatureRequestRefused]),
    op("POST", "/signature-requests/{id}/cancellation", Public, &[E::SignatureRequestCancelled]),
    op("POST", "/signature-records", Application, &[]),
    op("POST", "/signatures", Public, &[E::Signed]),
    op("GET", "/signature-keys", Public, &[]),
    op("GET", "/overview", Either(ReadEvents::NAME, ReadSessions::NAME), &[]),
    op("GET", "/events", right::<ReadEvents>(), &[]),
    op("GET", "/events/{sequence}", right::<ReadEvents>(), &[]),
    op("GET", "/log/checkpoint", right::<ReadEvents>(), &[]),
    op("GET", "/log/proofs/inclusion", right::<ReadEvents>(), &[]),
    op("GET", "/log/proofs/consistency", right::<ReadEvents>(), &[]),
];

/// The answers that every operation may give besides its own.
pub(crate) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let schema = Ref::from_schema_name(pforte_wire::problem::Problem::name());
        let _known = pforte_wire::problem::Problem::schema();
        let mut problem = Response::new("Refused or failed; `code` tells why.");
        problem.content.insert("application/problem+json".to_owned(), Content::new(Some(schema)).into());
        BTreeMap::from([("default".to_owned(), RefOr::T(problem))])
    }
}
