//! Why a call was refused or failed: one shape, stable codes (RFC 9457).

use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The stable code; see the list of codes in the help.
    pub code: String,
    /// What happened, to whom, and what to do, in English.
    pub detail: String,
    /// The request, as it stands in the server's log.
    pub request_id: String,
    /// Every rule that a refused password breaks; with `password-unfit` alone.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reasons: Vec<Reason>,
}

/// A rule that a refused password breaks. Which of the figures are there, the code says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// The stable code, such as `password-too-short`.
    pub code: String,
    /// How many characters, or kinds of characters, there must be at least.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub least: Option<u32>,
    /// How many characters there may be at most.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub most: Option<u32>,
    /// Which kinds of characters do not occur: `capital`, `small`, `digit`, `other`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub missing: Vec<String>,
    /// How many of the last passwords cannot be used again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last: Option<u32>,
    /// Seconds until the password may be changed again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seconds: Option<i64>,
    /// What the directory says, in its own words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub says: Option<String>,
}

macro_rules! codes {
    ($($name:ident, $code:literal, $status:literal, $meaning:literal, $cure:literal;)*) => {
        /// Every way in which a call is refused or fails. The codes are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {$(
            #[doc = $meaning]
            $name,
        )*}

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as it stands in answers, events and the help.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The HTTP status it goes with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }

            /// What happened.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning),* }
            }

            /// What to do.
            #[must_use]
            pub const fn cure(self) -> &'static str {
                match self { $(Self::$name => $cure),* }
            }
        }
    };
}

codes! {
    // What was sent
    BodyInvalid, "body-invalid", 400, "The body is not the JSON that this operation takes.", "Compare it with openapi.json; unknown keys and wrong types are refused.";
    BodyTooLong, "body-too-long", 413, "The body is longer than the server takes.", "Send less in one request.";
    BodyTooDeep, "body-too-deep", 400, "The body is nested deeper than the server takes.", "Send a flat body.";
    ParameterInvalid, "parameter-invalid", 400, "A parameter of the address is not what this operation takes.", "Compare it with openapi.json.";
    NameInvalid, "name-invalid", 400, "A name is empty, too long or contains a character that cannot be seen or is not allowed.", "Choose another name.";
    ValueInvalid, "value-invalid", 400, "A value is outside its bounds.", "The detail names the value and its bounds.";
    NotFound, "not-found", 404, "There is no such thing here, or you may not see it.", "Check the identifier; names are not identifiers.";
    MethodNotAllowed, "method-not-allowed", 405, "This address does not take this method.", "Compare it with openapi.json.";
    Duplicate, "duplicate", 409, "The name is already taken; names of users and groups are never given twice.", "Choose another name.";
    ChangedMeanwhile, "changed-meanwhile", 409, "Somebody else changed it since you read it.", "Read it again and repeat your change.";
    InUse, "in-use", 409, "It is still used and cannot be removed.", "Remove what uses it first; the detail names it.";
    BuiltIn, "built-in", 409, "It belongs to Pforte itself and cannot be changed so.", "Make one of your own.";
    LastAdministrator, "last-administrator", 409, "Nobody could administer Pforte any more.", "Give another person the role first.";
    Cycle, "cycle", 409, "An area cannot lie below itself.", "Choose another place for it.";

    // Who calls
    CredentialsMissing, "credentials-missing", 401, "The call carries no token or credential.", "Log on first and send the token.";
    TokenInvalid, "token-invalid", 401, "The token or credential is unknown, has ended or was renewed.", "Log on again, or fetch the new credential.";
    StationUnproven, "station-unproven", 401, "The station's credential is unknown; a station is only what its credential proves.", "Renew the station's credential and install it there.";
    StationMismatch, "station-mismatch", 401, "The session belongs to another station than the one that proved itself.", "Use the session at its own station only.";
    CredentialsRefused, "credentials-refused", 401, "The name or the password is wrong.", "Type both again; mind caps lock and the chosen directory.";
    AccountDisabled, "account-disabled", 401, "The account is disabled.", "Ask an administrator.";
    AccountLocked, "account-locked", 401, "The account is locked by its directory.", "Wait or ask an administrator.";
    AccountExpired, "account-expired", 401, "The account has expired.", "Ask an administrator.";
    PasswordMustChange, "password-must-change", 401, "The password must be changed before the next log-on.", "Log on with the old and a new password, or ask an administrator.";
    PasswordExpired, "password-expired", 401, "The password has expired.", "Log on with the old and a new password, or ask an administrator.";
    OutsideHours, "outside-hours", 401, "The directory does not allow this account to log on at this hour.", "Ask an administrator.";
    WrongWorkstation, "wrong-workstation", 401, "The directory does not allow this account to log on at this computer.", "Ask an administrator.";
    TicketNeeded, "ticket-needed", 401, "The browser or the program sent no Kerberos ticket.", "Log on with name and password. An administrator allows the browser to send tickets to this server: see the help, single sign-on.";
    TicketRefused, "ticket-refused", 401, "The Kerberos ticket does not count here.", "Log on with name and password; the event log tells administrators why.";
    SingleSignOnOff, "single-sign-on-off", 400, "No directory takes Kerberos tickets here.", "Log on with name and password.";
    SmartCardRequired, "smart-card-required", 401, "The directory allows this account to log on with a smart card alone.", "Use the card, or ask an administrator.";
    AccountRestricted, "account-restricted", 401, "The directory does not let this account log on with a password this way.", "Ask an administrator: members of Protected Users log on by Kerberos alone.";
    TriedTooOften, "tried-too-often", 429, "Too many wrong passwords; the next try must wait.", "Wait for the seconds told in Retry-After.";
    NotAllowed, "not-allowed", 403, "You do not have the right for this.", "The detail names the right; ask an administrator for a role that has it.";
    OutsideScope, "outside-scope", 403, "The area or station lies outside the application's scope.", "Have an administrator widen the application's scope.";
    ForeignRight, "foreign-right", 403, "An application asks about its own rights only.", "Register the right for this application.";
    CrossSite, "cross-site", 403, "The request comes from another site's page.", "Open Pforte's own page.";
    SetUpRefused, "set-up-refused", 401, "The set-up code is wrong, or set-up is already done.", "Use the code that `pforte init` printed; it works once.";
    PasswordUnfit, "password-unfit", 400, "The password does not meet the rules.", "The reasons name each rule that it breaks.";

    // Decisions
    RightUnknown, "right-unknown", 404, "No application has registered this right.", "Check the right's name: application/action.";
    AreaUnknown, "area-unknown", 404, "There is no such area.", "Check the area's path or identifier.";
    NobodyInCharge, "nobody-in-charge", 404, "Nobody is logged on at this station.", "Log on there.";

    // Directories; what is wrong with one of their servers has codes of its own in its test
    DirectoryUnknown, "directory-unknown", 400, "There is no such directory in the working environment.", "Choose one of the directories that the log-on page lists.";
    DirectoryUnreachable, "directory-unreachable", 503, "No server of the directory answers.", "Check the network and the directory's servers: pforte directory test.";
    DirectoryRefusesService, "directory-refuses-service", 503, "The directory refuses the service account.", "Check its name and password: pforte directory test.";
    DirectoryRefused, "directory-refused", 502, "The server refused the operation.", "The detail holds the server's result; check the service account's rights.";

    ServicePasswordNeeded, "service-password-needed", 400, "The stored password of the service account is never sent anywhere new.", "Type the service account's password together with the new domain, servers, authorities or account.";

    // Signatures
    SignatureNotNeeded, "signature-not-needed", 404, "No policy asks for signatures of this action here.", "Do the act without, or have an administrator make a signature policy for it.";
    RequestKeyReused, "request-key-reused", 409, "The application has used this key for another request.", "Give each request a key of its own; ask with the same key only for the same thing.";
    RequestEnded, "request-ended", 409, "The request is over; the detail tells how it ended.", "Have the application ask anew.";
    OtherRequestShown, "other-request-shown", 409, "What was shown is not what would be signed.", "Open the request again and read it.";
    NotASigner, "not-a-signer", 403, "You hold none of the roles that sign this, here and now.", "The request names the roles; somebody who holds one of them signs.";
    SignatureFilled, "signature-filled", 409, "All signatures of your roles are there.", "Nothing is to be done.";
    SignatureNotDue, "signature-not-due", 409, "Another signature comes first.", "Wait until the steps before are signed.";
    AlreadySigned, "already-signed", 409, "You have signed this request.", "Another person signs the rest.";
    PerformerDiffers, "performer-differs", 403, "Who performs the act may not sign for it as another one.", "Another person signs.";
    OtherStation, "other-station", 403, "All sign this request at one station, and this is another one.", "Sign at the station that the request names.";
    StationNeeded, "station-needed", 403, "This request is signed at a station, and none proved itself.", "Sign at a registered station.";
    ProofTooWeak, "proof-too-weak", 403, "The policy asks for a stronger proof of who you are.", "Sign with what the policy asks for.";
    OtherStep, "other-step", 403, "Your roles do not sign this step.", "Choose a step that waits for you.";
    ReasonNeeded, "reason-needed", 400, "A reason is needed.", "Give a reason.";
    ReasonUnfit, "reason-unfit", 400, "The reason is none of those that can be given.", "Choose one of the reasons of the list, or write at most 200 characters.";
    CommentNeeded, "comment-needed", 400, "A comment is needed.", "Write a comment.";
    CommentUnfit, "comment-unfit", 400, "The comment cannot be taken.", "Leave it out where none is asked for; write at most 2,000 characters.";
    NameNeeded, "name-needed", 401, "The password alone does not suffice here.", "Type your log-on name as well.";
    AcknowledgementNeeded, "acknowledgement-needed", 403, "You have not yet acknowledged what your electronic signature means.", "Read the statement and acknowledge it once.";
    OwnDialogRefused, "own-dialog-refused", 403, "The application may not send names and passwords of signers.", "Open Pforte's page for signing, or have an administrator allow the application's own dialog.";
    RecordInvalid, "record-invalid", 400, "The record cannot be signed.", "The detail tells what is wrong with it.";
    RecordTooLong, "record-too-long", 413, "The record is longer than the server takes.", "Send its SHA-256 instead.";
    NotPrinted, "not-printed", 503, "The document could not be printed.", "Take the JSON document; it is what counts.";
    TooManyOpen, "too-many-open", 503, "Too many requests wait for signatures.", "Sign or cancel some of them first.";
    PolicyConflict, "policy-conflict", 409, "Another policy counts for the same action in the same area.", "The detail names it; change one of them.";

    // The server
    Busy, "busy", 503, "The server has more to do than it takes on.", "Try again in a moment.";
    LogUnwritable, "log-unwritable", 503, "The event log cannot be written, so nothing that must be logged is done.", "Check the disk of the data folder; log-on goes on with the emergency rules.";
    StoreUnavailable, "store-unavailable", 503, "The database does not answer.", "Check the database and the disk.";
    StoreFull, "store-full", 503, "The disk of the database is full.", "Free space on it.";
    StoreReadOnly, "store-read-only", 503, "The database can be read but not written.", "Check the permissions of the data folder.";
    OutcomeUnknown, "outcome-unknown", 503, "The connection to the database was lost while saving; it is not known whether it was saved.", "Read it again before you repeat your change.";
    Internal, "internal", 500, "The server made a mistake.", "Look for the request's number in the server's log and report it.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The page of the help that lists every code, in Markdown.
#[must_use]
pub fn help() -> String {
    let mut page = String::from(
        "# Codes\n\nEvery way in which a call is refused or fails. The same code stands in the answer, \
         in the event log and here.\n\n| code | HTTP | what happened | what to do |\n| --- | --- | --- | --- |\n",
    );
    for code in Code::ALL {
        let cells = ["", &format!(" `{code}` "), &format!(" {} ", code.status())].join("|");
        page.push_str(&[&cells, "| ", code.meaning(), " | ", code.cure(), " |\n"].concat());
    }
    page
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_page_of_the_help_lists_every_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/help/codes.md");
        let page = std::fs::read_to_string(file).unwrap();
        assert_eq!(page, help(), "write what is right into docs/help/codes.md");
    }

    #[test]
    fn every_code_is_one_of_a_kind_and_says_what_to_do() {
        let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
            assert!(code.meaning().ends_with('.') && code.cure().ends_with('.'), "{code}");
            assert!((400..600).contains(&code.status()), "{code}");
        }
    }
}
