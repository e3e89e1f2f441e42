//! `[plant]`: where the server works.

use super::section::Section;
use crate::keys::computer_name;
use jiff::tz::TimeZone;
use pforte_model::name::Label;

/// Where the server works.
#[derive(Clone, Debug)]
pub struct Plant {
    /// The plant's name, shown to people.
    pub name: String,
    /// Whose wall clock schedules follow.
    pub time_zone: TimeZone,
    /// The language of what the server says where nobody chose one: a BCP 47 tag.
    pub language: String,
}

impl Plant {
    pub(super) const DOC: &str = "Where the server works.";

    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let name = section.parsed(
            "name",
            "Dairy North",
            "The plant's name, shown to people; without this line the computer's name.",
            |text| Label::parse(text).map(String::from).map_err(|error| error.to_string()),
        );
        let time_zone = section.parsed(
            "time_zone",
            "Europe/Berlin",
            "The time zone whose clock schedules follow, by its IANA name; without this line the computer's.",
            |text| {
                TimeZone::get(text).map_err(|_| {
                    "must be the IANA name of a time zone, such as `Europe/Berlin` or `UTC`".to_owned()
                })
            },
        );
        let language = section.parsed(
            "language",
            "en",
            "The language of what the server says where nobody chose one, such as `en`, `de` or `pt-BR`.",
            |text| language(text).ok_or_else(|| "must be a language tag, such as `en` or `pt-BR`".to_owned()),
        );
        section.done();
        Self {
            name: name.unwrap_or_else(own_name),
            time_zone: time_zone.unwrap_or_else(|| TimeZone::try_system().unwrap_or(TimeZone::UTC)),
            language: language.unwrap_or_else(|| "en".to_owned()),
        }
    }
}

/// The computer's name, as far as it can be shown.
fn own_name() -> String {
    Label::parse(&computer_name()).map_or_else(|_| "Pforte".to_owned(), String::from)
}

/// A language, alone or with a region.
fn language(text: &str) -> Option<String> {
    let (language, region) =
        text.split_once('-').map_or((text, None), |(language, region)| (language, Some(region)));
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let good = matches!(language.len(), 2 | 3) && letters(language);
    let good_region = region.is_none_or(|region| region.len() == 2 && letters(region));
    let region = region.map(|region| format!("-{}", region.to_ascii_uppercase())).unwrap_or_default();
    (good && good_region).then(|| language.to_ascii_lowercase() + &region)
}
