//! `pforte decide`: may this person do this, in this area?

use crate::cli::failure::{Done, End, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::reason;
use crate::cli::resolve;
use crate::cli::show::Shown;
use clap::Args;
use pforte_client::Client;
use pforte_wire::decision::{self, Decided, Question, Whom};
use serde::Serialize;

/// Ask whether the person may do something; the exit code is 0 only if all of it is allowed
#[derive(Args)]
pub(crate) struct Decide {
    /// A right, `application/action`; may be repeated
    #[arg(long = "right", value_name = "RIGHT", required = true)]
    rights: Vec<String>,
    /// An area, by path or identifier; may be repeated: then each right is asked in each area
    #[arg(long = "area", value_name = "AREA", required = true)]
    areas: Vec<String>,
    /// Tell the full reason of each answer
    #[arg(long)]
    explain: bool,
    /// The person does it now: write the decision into the event log
    #[arg(long)]
    act: bool,
    /// Ask about this session instead of your own (applications only)
    #[arg(long, value_name = "SESSION", conflicts_with = "station")]
    session: Option<String>,
    /// Ask about whoever is in charge at this station (applications only): identifier
    #[arg(long)]
    station: Option<String>,
    #[command(flatten)]
    link: Link,
}

/// One question with its answer, as a row.
#[derive(Serialize)]
struct Row {
    right: String,
    area: String,
    allowed: bool,
}

impl Decide {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        let whom = self.whom(&client).await?;
        let asked = decision::Decide {
            questions: questions(&self.rights, &self.areas),
            explain: self.explain,
            whom,
            act: self.act,
        };
        let decided = client.decide(&asked).await?;
        if decided.answers.len() != asked.questions.len() {
            let detail = "the server did not answer each question";
            return Err(Failure::new("answer-not-understood", detail, "Check that the address is Pforte's."));
        }
        tell(out, asked.questions, &decided)?;
        Ok(End::of(decided.answers.iter().all(|answer| answer.allowed)))
    }

    async fn whom(&self, client: &Client) -> Result<Option<Whom>, Failure> {
        let Some(typed) = &self.station else { return Ok(self.session.clone().map(Whom::Session)) };
        let ids = resolve::station_ids(client, std::slice::from_ref(typed)).await?;
        Ok(ids.into_iter().next().map(Whom::Station))
    }
}

/// Each right in each area.
fn questions(rights: &[String], areas: &[String]) -> Vec<Question> {
    let each = rights.iter().flat_map(|right| areas.iter().map(move |area| (right, area)));
    each.map(|(right, area)| Question { right: right.clone(), area: area.clone() }).collect()
}

fn tell(out: &mut Out, questions: Vec<Question>, decided: &Decided) -> Done {
    if out.is_json() {
        return out.json(decided);
    }
    let reasons: Vec<_> = decided.answers.iter().filter_map(|answer| answer.explain.as_ref()).collect();
    if reasons.len() == questions.len() {
        return reasons.into_iter().try_fold(End::Done, |_, explain| out.text(&reason::text(explain)));
    }
    let rows = questions.into_iter().zip(&decided.answers);
    let rows: Vec<Row> = rows.map(|(question, answer)| row(question, answer)).collect();
    out.list(&rows)
}

fn row(question: Question, answer: &decision::Answer) -> Row {
    Row { right: question.right, area: question.area, allowed: answer.allowed }
}

impl Shown for Row {
    const HEADS: &'static [&'static str] = &["right", "area", "allowed"];

    fn cells(&self) -> Vec<String> {
        let allowed = if self.allowed { "yes" } else { "no" };
        vec![self.right.clone(), self.area.clone(), allowed.to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_right_is_asked_in_each_area() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let asked = questions(&words("a/x a/y"), &words("dairy bakery"));
        let asked: Vec<String> = asked.iter().map(|one| format!("{} {}", one.right, one.area)).collect();
        assert_eq!(asked, ["a/x dairy", "a/x bakery", "a/y dairy", "a/y bakery"]);
    }
}
