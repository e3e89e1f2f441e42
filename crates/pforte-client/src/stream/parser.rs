//! The text of server-sent events (WHATWG HTML, 9.2.6), within bounds.

use crate::error::Misshapen;
use std::collections::VecDeque;

/// The longest line, and the most data of one event, in bytes.
const MOST: usize = 1 << 20;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// Its name; `message` if none was given.
    pub(super) event: String,
    /// Its data, lines joined by line feeds.
    pub(super) data: String,
}

/// Turns bytes, cut anywhere, into events.
#[derive(Debug, Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    after_return: bool,
    event: String,
    data: Option<String>,
    ready: VecDeque<Message>,
}

impl Parser {
    /// Takes bytes as they arrive.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Misshapen> {
        for byte in bytes {
            match byte {
                b'\n' if self.after_return => {}
                b'\n' | b'\r' => self.end_line()?,
                _ if self.line.len() >= MOST => return Err(Misshapen::TooLong),
                byte => self.line.push(*byte),
            }
            self.after_return = *byte == b'\r';
        }
        Ok(())
    }

    /// The next whole event.
    pub(super) fn next(&mut self) -> Option<Message> {
        self.ready.pop_front()
    }

    fn end_line(&mut self) -> Result<(), Misshapen> {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8(line).map_err(|_| Misshapen::NotJson)?;
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" if line.is_empty() => self.end_event(),
            "event" => value.clone_into(&mut self.event),
            "data" => return self.add_data(value),
            // A comment, or a field that nobody here needs.
            _ => {}
        }
        Ok(())
    }

    fn add_data(&mut self, value: &str) -> Result<(), Misshapen> {
        let data = match &mut self.data {
            None => self.data.insert(String::new()),
            Some(data) => {
                data.push('\n');
                data
            }
        };
        if data.len() + value.len() > MOST {
            return Err(Misshapen::TooLong);
        }
        data.push_str(value);
        Ok(())
    }

    fn end_event(&mut self) {
        let event = std::mem::take(&mut self.event);
        if let Some(data) = self.data.take() {
            let event = if event.is_empty() { "message".to_owned() } else { event };
            self.ready.push_back(Message { event, data });
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn all(parser: &mut Parser) -> Vec<(String, String)> {
        std::iter::from_fn(|| parser.next()).map(|message| (message.event, message.data)).collect()
    }

    fn pair(event: &str, data: &str) -> (String, String) {
        (event.to_owned(), data.to_owned())
    }

    #[test]
    fn events_are_the_same_wherever_the_bytes_are_cut() {
        let text = ":\n\nevent: in-charge\r\ndata: {\"a\":\r\ndata:1}\r\rid: 7\ndata: ä\n\nevent: x\n\n:\n\n";
        let expected = vec![pair("in-charge", "{\"a\":\n1}"), pair("message", "ä")];
        for cut in 0..=text.len() {
            let (first, second) = text.as_bytes().split_at(cut);
            let mut parser = Parser::default();
            parser.push(first).unwrap();
            parser.push(second).unwrap();
            assert_eq!(all(&mut parser), expected, "cut at {cut}");
        }
    }

    #[test]
    fn an_event_without_its_empty_line_is_not_told() {
        let mut parser = Parser::default();
        parser.push(b"event: a\ndata: half").unwrap();
        assert_eq!(all(&mut parser), []);
    }

    #[test]
    fn lines_and_events_have_a_greatest_length() {
        let mut parser = Parser::default();
        assert_eq!(parser.push(&vec![b'a'; MOST + 1]), Err(Misshapen::TooLong));
        let mut parser = Parser::default();
        let line = format!("data: {}\n", "a".repeat(MOST / 2));
        parser.push(line.as_bytes()).unwrap();
        assert_eq!(parser.push(line.as_bytes()), Err(Misshapen::TooLong));
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_refused() {
        assert_eq!(Parser::default().push(b"data: \xff\n"), Err(Misshapen::NotJson));
    }
}
