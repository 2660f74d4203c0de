//! Pages that are text: terms, imprint, returns; and the page shown when something is missing or failed.

use askama::Template;

use super::shell::{Link, Shell};

/// A page of text.
#[derive(Debug, Template)]
#[template(path = "pages/prose.html")]
pub struct ProsePage {
    /// Head, header and footer.
    pub shell: Shell,
    /// The page's heading.
    pub heading: String,
    /// The text.
    pub blocks: Vec<ProseBlock>,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProseBlock {
    /// A heading within the page.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A list.
    List(Vec<String>),
}

impl ProseBlock {
    /// Reads plain text: blank lines part paragraphs, `## ` begins a heading, `- ` an entry of a list.
    pub fn read(text: &str) -> Vec<Self> {
        let mut blocks = Vec::new();
        let mut paragraph = String::new();
        let end_paragraph = |paragraph: &mut String, blocks: &mut Vec<Self>| {
            if !paragraph.is_empty() {
                blocks.push(Self::Paragraph(std::mem::take(paragraph)));
            }
        };
        for line in text.lines().map(str::trim) {
            if line.is_empty() {
                end_paragraph(&mut paragraph, &mut blocks);
            } else if let Some(heading) = line.strip_prefix('#') {
                end_paragraph(&mut paragraph, &mut blocks);
                blocks.push(Self::Heading(heading.trim_start_matches('#').trim().to_owned()));
            } else if let Some(entry) = line.strip_prefix("- ") {
                end_paragraph(&mut paragraph, &mut blocks);
                match blocks.last_mut() {
                    Some(Self::List(entries)) => entries.push(entry.to_owned()),
                    _ => blocks.push(Self::List(vec![entry.to_owned()])),
                }
            } else {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(line);
            }
        }
        end_paragraph(&mut paragraph, &mut blocks);
        blocks
    }
}

/// A page that is missing, or a request that failed.
#[derive(Debug, Template)]
#[template(path = "pages/problem.html")]
pub struct ProblemPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// The status code, for example 404.
    pub status: u16,
    /// What happened.
    pub heading: String,
    /// What to do next.
    pub text: String,
    /// The request's id, to quote when asking for help.
    pub request_id: Option<String>,
    /// Ways on.
    pub links: Vec<Link>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_becomes_headings_paragraphs_and_lists() {
        let blocks = ProseBlock::read("## Returns\nSend it back\nwithin 30 days.\n\n- unused\n- packed\n\nThank you.");
        assert_eq!(
            blocks,
            [
                ProseBlock::Heading("Returns".to_owned()),
                ProseBlock::Paragraph("Send it back within 30 days.".to_owned()),
                ProseBlock::List(vec!["unused".to_owned(), "packed".to_owned()]),
                ProseBlock::Paragraph("Thank you.".to_owned()),
            ]
        );
    }
}
