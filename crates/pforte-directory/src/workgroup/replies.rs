//! The answers of a host's account service (MS-SAMR in NDR32), read with bounds.
//!
//! Every count is bounded by what a host can have and by the bytes that are there.

use super::smb::Status;
use super::wire::{Garbled, Reader, from_utf16, long};
use crate::ldap::Sid;

/// The greatest number of entries in one answer.
pub(super) const MOST: usize = 16_384;
/// The longest text, in bytes.
const MOST_TEXT: usize = 8_192;

/// A handle of something that was opened.
pub(super) type Handle = [u8; 20];

/// A user, as the host tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct User {
    pub(super) rid: u32,
    pub(super) login: String,
    pub(super) full: String,
    pub(super) workstations: String,
    pub(super) flags: u32,
    /// In units of 100 ns since 1601, like the next two; 0 or the greatest: never.
    pub(super) ends: i64,
    pub(super) password_set: i64,
    pub(super) password_ends: i64,
    pub(super) password_expired: bool,
    /// Whether not every hour of the week is allowed, or that cannot be read.
    pub(super) at_hours: bool,
}

/// A name and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) rid: u32,
    pub(super) name: String,
}

/// Some entries, and where the next ones begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<u32>,
}

/// An answer, or the status that the call ended with.
pub(super) type Reply<T> = Result<Result<T, Status>, Garbled>;

const MORE: Status = Status(0x105);

/// The status at the end, which is all there is when a call failed.
fn status(bytes: &[u8]) -> Result<Status, Garbled> {
    let start = bytes.len().checked_sub(4).ok_or(Garbled)?;
    Reader::new(bytes.get(start..).unwrap_or_default()).u32().map(Status)
}

fn checked<T>(bytes: &[u8], read: impl FnOnce(Reader<'_>) -> Result<T, Garbled>) -> Reply<T> {
    match status(bytes)? {
        Status::GOOD | MORE => read(Reader::new(bytes)).map(Ok),
        failed => Ok(Err(failed)),
    }
}

/// Of a call that gives a handle.
pub(super) fn handle(bytes: &[u8]) -> Reply<Handle> {
    checked(bytes, |mut reader| reader.take(20)?.try_into().map_err(|_| Garbled))
}

/// Of a call that gives nothing.
pub(super) fn nothing(bytes: &[u8]) -> Reply<()> {
    checked(bytes, |_| Ok(()))
}

/// The domain with a name.
pub(super) fn sid(bytes: &[u8]) -> Reply<Sid> {
    checked(bytes, |mut reader| {
        if reader.u32()? == 0 {
            return Err(Garbled);
        }
        let subs = reader.count(15)?;
        Sid::from_bytes(reader.take(8 + 4 * subs)?).ok_or(Garbled)
    })
}

/// Domains, groups or aliases, by part.
pub(super) fn named(bytes: &[u8]) -> Reply<Part<Named>> {
    let more = status(bytes)? == MORE;
    checked(bytes, |mut reader| {
        let next = reader.u32()?;
        if reader.u32()? == 0 {
            return Ok(Part { items: Vec::new(), next: None });
        }
        let count = entries(&mut reader)?;
        let mut heads = Vec::new();
        for _ in 0..count {
            heads.push((reader.u32()?, text_head(&mut reader)?));
        }
        let mut items = Vec::new();
        for (rid, head) in heads {
            items.push(Named { rid, name: text(&mut reader, head)? });
        }
        let next = (more && !items.is_empty()).then_some(next);
        Ok(Part { items, next })
    })
}

/// A structure of a count and a pointer to an array, as far as its first entry.
fn entries(reader: &mut Reader<'_>) -> Result<usize, Garbled> {
    let count = reader.count(MOST)?;
    if reader.u32()? == 0 {
        return if count == 0 { Ok(0) } else { Err(Garbled) };
    }
    if reader.count(MOST)? == count { Ok(count) } else { Err(Garbled) }
}

/// Users as they are shown in lists, by part; `from` is where this part begins.
pub(super) fn shown(bytes: &[u8], from: u32) -> Reply<Part<User>> {
    let more = status(bytes)? == MORE;
    checked(bytes, |mut reader| {
        reader.skip(8)?;
        if reader.u16()? != 1 {
            return Err(Garbled);
        }
        reader.align(4)?;
        let count = entries(&mut reader)?;
        let mut heads = Vec::new();
        for _ in 0..count {
            reader.skip(4)?;
            let user = User { rid: reader.u32()?, flags: reader.u32()?, ..User::default() };
            heads.push((user, text_head(&mut reader)?, text_head(&mut reader)?, text_head(&mut reader)?));
        }
        let mut items = Vec::new();
        for (user, login, comment, full) in heads {
            let login = text(&mut reader, login)?;
            text(&mut reader, comment)?;
            items.push(User { login, full: text(&mut reader, full)?, ..user });
        }
        let next = (more && count > 0).then(|| from.saturating_add(long(count)));
        Ok(Part { items, next })
    })
}

/// Everything of one user.
pub(super) fn user(bytes: &[u8]) -> Reply<User> {
    checked(bytes, |mut reader| {
        if reader.u32()? == 0 || reader.u16()? != ALL {
            return Err(Garbled);
        }
        reader.align(4)?;
        let mut times = [0; 6];
        for time in &mut times {
            *time = reader.u64()?.cast_signed();
        }
        let [_, _, password_set, ends, _, password_ends] = times;
        let mut texts = [TextHead::default(); 13];
        for head in &mut texts {
            *head = text_head(&mut reader)?;
        }
        // The security descriptor: a length and a pointer, never given to us.
        reader.skip(8)?;
        let (rid, _, flags, _) = (reader.u32()?, reader.u32()?, reader.u32()?, reader.u32()?);
        reader.skip(2)?;
        reader.align(4)?;
        let hours = reader.u32()? != 0;
        reader.skip(8 + 2)?;
        let password_expired = reader.u8()? != 0;
        reader.skip(1)?;
        let [login, full, workstations] = texts_of_user(&mut reader, &texts)?;
        // Behind a secret that is there nobody finds the hours.
        let secrets = texts.iter().skip(TEXTS).any(|head| head.there);
        let at_hours = hours && (secrets || are_limited(reader).unwrap_or(true));
        Ok(User {
            rid,
            login,
            full,
            workstations,
            flags,
            ends,
            password_set,
            password_ends,
            password_expired,
            at_hours,
        })
    })
}

/// The level of everything.
pub(super) const ALL: u16 = 21;

/// Reads the texts of a user, of which three matter.
fn texts_of_user(reader: &mut Reader<'_>, heads: &[TextHead; 13]) -> Result<[String; 3], Garbled> {
    reader.align(4)?;
    let mut texts = Vec::new();
    // The last three are the hashes of passwords, which are never given to us.
    for head in heads.iter().take(TEXTS) {
        texts.push(text(reader, *head)?);
    }
    let mut take = |place: usize| texts.get_mut(place).map(std::mem::take).unwrap_or_default();
    Ok([take(0), take(1), take(7)])
}

/// The texts of a user that are no secrets.
const TEXTS: usize = 10;

/// Whether the hours of a user (MS-SAMR 2.2.6.5) leave out any of the week.
fn are_limited(mut reader: Reader<'_>) -> Result<bool, Garbled> {
    /// Bytes of a week, a bit for each minute at most.
    const MOST_HOURS: usize = 1_260;
    reader.align(4)?;
    let (room, offset, count) = (reader.count(MOST_HOURS)?, reader.u32()?, reader.count(MOST_HOURS)?);
    if offset != 0 || count > room {
        return Err(Garbled);
    }
    Ok(reader.take(count)?.iter().any(|byte| *byte != 0xff))
}

/// The groups of a user: their numbers.
pub(super) fn groups(bytes: &[u8]) -> Reply<Vec<u32>> {
    checked(bytes, |mut reader| {
        if reader.u32()? == 0 {
            return Ok(Vec::new());
        }
        let count = entries(&mut reader)?;
        (0..count)
            .map(|_| {
                let number = reader.u32()?;
                reader.skip(4)?;
                Ok(number)
            })
            .collect()
    })
}

/// The aliases that hold somebody: their numbers.
pub(super) fn aliases(bytes: &[u8]) -> Reply<Vec<u32>> {
    checked(bytes, |mut reader| numbers(&mut reader))
}

fn numbers(reader: &mut Reader<'_>) -> Result<Vec<u32>, Garbled> {
    let count = entries(reader)?;
    (0..count).map(|_| reader.u32()).collect()
}

/// What names stand for: numbers and kinds, in the order asked for.
pub(super) fn looked_up(bytes: &[u8]) -> Reply<Vec<(u32, u32)>> {
    checked(bytes, |mut reader| {
        let rids = numbers(&mut reader)?;
        let kinds = numbers(&mut reader)?;
        Ok(rids.into_iter().zip(kinds).collect())
    })
}

/// What numbers stand for: names and kinds, in the order asked for.
pub(super) fn identified(bytes: &[u8]) -> Reply<Vec<(String, u32)>> {
    /// Some of them are unknown; the rest is there.
    const SOME: Status = Status(0x107);
    let read = |mut reader: Reader<'_>| {
        let count = entries(&mut reader)?;
        let heads: Vec<TextHead> = (0..count).map(|_| text_head(&mut reader)).collect::<Result<_, _>>()?;
        let names: Vec<String> =
            heads.into_iter().map(|head| text(&mut reader, head)).collect::<Result<_, _>>()?;
        reader.align(4)?;
        let kinds = numbers(&mut reader)?;
        Ok(names.into_iter().zip(kinds).collect())
    };
    if status(bytes)? == SOME { read(Reader::new(bytes)).map(Ok) } else { checked(bytes, read) }
}

/// The part of a text that stands in its structure: whether it follows, and its length.
#[derive(Clone, Copy, Debug, Default)]
struct TextHead {
    length: usize,
    there: bool,
}

fn text_head(reader: &mut Reader<'_>) -> Result<TextHead, Garbled> {
    let length = usize::from(reader.u16()?);
    reader.skip(2)?;
    Ok(TextHead { length, there: reader.u32()? != 0 })
}

/// The part of a text that follows its structure.
fn text(reader: &mut Reader<'_>, head: TextHead) -> Result<String, Garbled> {
    if !head.there {
        return Ok(String::new());
    }
    reader.align(4)?;
    let (room, offset, units) = (reader.count(MOST_TEXT)?, reader.u32()?, reader.count(MOST_TEXT)?);
    if offset != 0 || units > room || head.length > units * 2 {
        return Err(Garbled);
    }
    let bytes = reader.take(units * 2)?;
    Ok(from_utf16(bytes.get(..head.length).ok_or(Garbled)?))
}

/// All readers, for the fuzz target.
#[cfg(feature = "fuzzing")]
pub(super) fn read_all(bytes: &[u8]) -> bool {
    fn good<T>(reply: &Reply<T>) -> bool {
        matches!(reply, Ok(Ok(_)))
    }
    [
        good(&sid(bytes)),
        good(&named(bytes)),
        good(&shown(bytes, 0)),
        good(&user(bytes)),
        good(&groups(bytes)),
        good(&aliases(bytes)),
        good(&looked_up(bytes)),
        good(&identified(bytes)),
        good(&handle(bytes)),
        good(&nothing(bytes)),
    ]
    .contains(&true)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops here")]
mod tests {
    use super::super::wire::{Writer, short, utf16};
    use super::*;
    use proptest::prelude::*;

    fn with_text(to: Writer, text: &str) -> Writer {
        let units = utf16(text);
        let count = long(units.len() / 2);
        to.align(4).u32(count).u32(0).u32(count).bytes(&units)
    }

    fn two_groups() -> Vec<u8> {
        let head = |to: Writer, rid: u32, name: &str| {
            let size = short(utf16(name).len());
            to.u32(rid).u16(size).u16(size).u32(0x2_0000)
        };
        let to = Writer::default().u32(2).u32(0x2_0000).u32(2).u32(0x2_0004).u32(2);
        let to = head(head(to, 512, "A"), 513, "Süd");
        with_text(with_text(to, "A"), "Süd").align(4).u32(2).u32(0).0
    }

    #[test]
    fn names_are_read_with_their_numbers() {
        let part = named(&two_groups()).unwrap().unwrap();
        let names: Vec<(u32, &str)> = part.items.iter().map(|item| (item.rid, item.name.as_str())).collect();
        assert_eq!(names, [(512, "A"), (513, "Süd")]);
        assert_eq!(part.next, None);
    }

    #[test]
    fn a_failed_call_tells_its_status() {
        let denied = Writer::default().zeros(20).u32(Status::DENIED.0).0;
        assert_eq!(handle(&denied), Ok(Err(Status::DENIED)));
        assert_eq!(user(&[]), Err(Garbled));
    }

    #[test]
    fn more_entries_than_there_can_be_are_refused_before_any_is_read() {
        let to = Writer::default().u32(0).u32(1).u32(u32::MAX).u32(1).u32(u32::MAX).u32(0).0;
        assert_eq!(named(&to), Err(Garbled));
    }

    proptest! {
        #[test]
        fn no_answer_however_broken_breaks_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
            let good = [bytes.as_slice(), &[0; 4]].concat();
            let _ = (handle(&good), sid(&good), named(&good), shown(&good, 0), user(&good));
            let _ = (groups(&good), aliases(&good), looked_up(&good), identified(&good), named(&bytes));
        }
    }
}
