//! What the plain pages say, in each language.
//!
//! The sentences for refusals are those of the web UI, so that both say the same.

mod sign;

use crate::fault::Fault;
use pforte_wire::problem::{Code, Reason};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

pub(super) use sign::SignTexts;

/// The words of the pages in one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub(super) name_of_language: String,
    pub(super) log_on: String,
    pub(super) by_ticket: String,
    pub(super) change_user: String,
    pub(super) user: String,
    pub(super) password: String,
    pub(super) directory: String,
    pub(super) in_charge: String,
    pub(super) station: String,
    pub(super) since: String,
    pub(super) until: String,
    pub(super) roles: String,
    pub(super) no_roles: String,
    pub(super) time_left: String,
    pub(super) without_activity: String,
    pub(super) at_the_latest: String,
    pub(super) stay: String,
    pub(super) log_off: String,
    pub(super) cancel: String,
    /// With `{name}`.
    stays_in_charge: String,
    /// With `{days}`.
    password_ends: String,
    pub(super) emergency: String,
    /// With `{seconds}`.
    wait_seconds: String,
    pub(super) request: String,
    pub(super) forget: String,
    pub(super) back: String,
    pub(super) languages: String,
}

/// The sentences for one code.
#[derive(Debug, Deserialize)]
struct Sentences {
    what: String,
    #[serde(rename = "do")]
    cure: String,
}

/// The words around a new password, the same as on the other pages.
#[derive(Debug, Default, Deserialize)]
pub(super) struct PasswordTexts {
    pub(super) title: String,
    pub(super) old: String,
    pub(super) new: String,
    pub(super) again: String,
    pub(super) differs: String,
    pub(super) change: String,
    #[serde(rename = "changeAndLogOn")]
    pub(super) change_and_log_on: String,
    missing: String,
    last: String,
    soon: String,
    kinds: HashMap<String, String>,
    rules: HashMap<String, String>,
}

impl PasswordTexts {
    /// A broken rule as sentences; `at` writes the time that is so many seconds ahead.
    fn broken(&self, reason: &Reason, at: &dyn Fn(i64) -> String) -> String {
        let number = |figure: Option<u32>| figure.map_or_else(String::new, |figure| figure.to_string());
        let rule =
            self.rules.get(&reason.code).or_else(|| self.rules.get("other")).cloned().unwrap_or_default();
        let rule = rule.replace("{{least}}", &number(reason.least)).replace("{{most}}", &number(reason.most));
        let kind = |kind: &String| self.kinds.get(kind).cloned().unwrap_or_else(|| kind.clone());
        let kinds = reason.missing.iter().map(kind).collect::<Vec<_>>().join(", ");
        let missing = (!kinds.is_empty()).then(|| self.missing.replace("{{kinds}}", &kinds));
        let last = reason.last.map(|last| self.last.replace("{{last}}", &last.to_string()));
        let soon = reason.seconds.map(|seconds| self.soon.replace("{{time}}", &at(seconds)));
        let parts = [Some(rule), missing, last, soon, reason.says.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Each rule that a refused password breaks.
    pub(super) fn all_broken(&self, fault: &Fault, at: &dyn Fn(i64) -> String) -> Vec<String> {
        fault.reasons.iter().map(|reason| self.broken(reason, at)).collect()
    }
}

/// Everything in one language.
#[derive(Debug)]
pub(super) struct Language {
    /// Its tag.
    pub(super) tag: &'static str,
    /// The words of the pages.
    pub(super) texts: Texts,
    /// The words of the pages for signing.
    pub(super) sign: SignTexts,
    /// The words around a new password.
    pub(super) password: PasswordTexts,
    problems: HashMap<String, Sentences>,
}

impl Texts {
    pub(super) fn stays_in_charge(&self, name: &str) -> String {
        self.stays_in_charge.replace("{name}", name)
    }

    pub(super) fn password_ends(&self, days: i64) -> String {
        self.password_ends.replace("{days}", &days.to_string())
    }

    pub(super) fn wait_seconds(&self, seconds: u32) -> String {
        self.wait_seconds.replace("{seconds}", &seconds.to_string())
    }
}

impl Language {
    /// What happened and what to do.
    pub(super) fn problem(&self, code: Code) -> String {
        match self.problems.get(code.as_str()) {
            Some(Sentences { what, cure }) => format!("{what} {cure}"),
            None => format!("{} {}", code.meaning(), code.cure()),
        }
    }
}

macro_rules! languages {
    ($($tag:literal),*) => {
        /// Every language with the texts that belong to it, as they were built in.
        const BUILT_IN: [(&str, &str, &str, &str, &str); 7] = [$((
            $tag,
            include_str!(concat!("texts/", $tag, ".json")),
            include_str!(concat!("texts/sign/", $tag, ".json")),
            include_str!(concat!("../../../../../ui/src/i18n/", $tag, "/problems.json")),
            include_str!(concat!("../../../../../ui/src/i18n/", $tag, "/password.json")),
        )),*];
    };
}

languages!["en", "de", "fr", "it", "es", "ja", "zh"];

/// Every language, English first.
pub(super) static LANGUAGES: LazyLock<[Language; 7]> = LazyLock::new(|| {
    BUILT_IN.map(|(tag, texts, sign, problems, password)| Language {
        tag,
        // A test reads each of them; what could not be read would show as empty words.
        texts: serde_json::from_str(texts).unwrap_or_default(),
        sign: serde_json::from_str(sign).unwrap_or_default(),
        problems: serde_json::from_str(problems).unwrap_or_default(),
        password: serde_json::from_str(password).unwrap_or_default(),
    })
});

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use std::collections::HashSet;

    /// Words that are the same in two languages of the field.
    const SAME: [&str; 10] = [
        "Station",
        "Password",
        "Directory",
        "Roles",
        "Area",
        "Type",
        "Application",
        "Action",
        "Description",
        "Record",
    ];

    #[test]
    fn every_language_of_the_pages_has_every_word_and_every_code() {
        let tags: Vec<&str> = BUILT_IN.iter().map(|(tag, ..)| *tag).collect();
        assert_eq!(tags, pforte_wire::logon::LANGUAGES);
        for (tag, texts, sign, problems, password) in BUILT_IN {
            serde_json::from_str::<Texts>(texts).unwrap();
            serde_json::from_str::<SignTexts>(sign).unwrap();
            serde_json::from_str::<PasswordTexts>(password).unwrap();
            let problems: HashMap<String, Sentences> = serde_json::from_str(problems).unwrap();
            for code in Code::ALL {
                assert!(problems.contains_key(code.as_str()), "{tag} {code}");
            }
        }
    }

    #[test]
    fn no_word_was_left_in_english_and_every_place_is_kept() {
        let read = |texts: &str, sign: &str| {
            let mut words = serde_json::from_str::<HashMap<String, String>>(texts).unwrap();
            let sign = serde_json::from_str::<HashMap<String, String>>(sign).unwrap();
            words.extend(sign.into_iter().map(|(key, text)| (format!("sign.{key}"), text)));
            words
        };
        let (_, texts, sign, ..) = BUILT_IN.first().unwrap();
        let english = read(texts, sign);
        let places = ["{name}", "{days}", "{seconds}", "{bytes}", "{time}", "{roles}", "{meaning}"];
        for (tag, texts, sign, ..) in BUILT_IN.iter().skip(1) {
            for (key, text) in read(texts, sign) {
                let original = english.get(&key).unwrap();
                assert!(*original != text || SAME.contains(&text.as_str()), "{tag} {key}: {text}");
                for place in places {
                    assert_eq!(text.contains(place), original.contains(place), "{tag} {key}");
                }
                assert!(!text.trim().is_empty(), "{tag} {key}");
            }
        }
    }

    #[test]
    fn every_meaning_and_every_state_has_its_word_in_every_language() {
        use pforte_model::signature::rules::Meaning;
        for language in LANGUAGES.iter() {
            let words: HashSet<String> =
                Meaning::ALL.iter().map(|meaning| language.sign.meaning(meaning.as_str())).collect();
            assert_eq!(words.len(), Meaning::ALL.len(), "{}", language.tag);
            for state in ["open", "checking", "complete", "refused", "cancelled", "expired"] {
                assert_ne!(language.sign.state(state), state, "{}", language.tag);
            }
        }
    }

    #[test]
    fn a_broken_rule_is_told_with_its_figures() {
        let german = LANGUAGES.iter().find(|language| language.tag == "de").unwrap();
        let told = |reason: &Reason| german.password.broken(reason, &|seconds| format!("t+{seconds}"));
        let reason = |code: &str| Reason { code: code.to_owned(), ..Reason::default() };
        let short = Reason { least: Some(12), ..reason("password-too-short") };
        assert_eq!(told(&short), "Es muss mindestens 12 Zeichen haben.");
        let few = Reason {
            least: Some(3),
            missing: vec!["digit".to_owned()],
            ..reason("password-too-few-classes")
        };
        assert!(told(&few).ends_with("Es fehlen: Ziffern."), "{}", told(&few));
        let soon = Reason { seconds: Some(60), ..reason("password-too-soon") };
        assert!(told(&soon).ends_with("t+60."), "{}", told(&soon));
        assert_eq!(told(&reason("of-a-newer-server")), "Es entspricht nicht den Regeln.");
    }

    #[test]
    fn a_refusal_is_told_in_the_readers_language() {
        let german = LANGUAGES.iter().find(|language| language.tag == "de").unwrap();
        assert!(german.problem(Code::CredentialsRefused).contains("Passwort"));
    }
}
