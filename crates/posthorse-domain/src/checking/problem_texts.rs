//! The sentences that people read about problems.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::OnceLock;

use crate::checking::problem::{Place, Problem};

const TEXTS: &str = include_str!("../../data/problem_texts.csv");

/// A language that people are answered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Chinese, as the offices speak.
    Chinese,
    /// English.
    English,
}

/// A problem in words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProblemText {
    /// Sheet, row and column; empty where the whole file is meant.
    pub place: String,
    /// What is wrong.
    pub sentence: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for ProblemText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{} {}", self.place, self.sentence, self.remedy)
    }
}

/// Sentence and remedy of a code, with their placeholders still in them.
#[derive(Debug)]
struct Template {
    chinese: (String, String),
    english: (String, String),
}

fn read_templates(table: &str) -> HashMap<String, Template> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let mut templates = HashMap::new();
    for line in reader.records().flatten() {
        let column = |at: usize| line.get(at).unwrap_or_default().to_owned();
        let template = Template {
            chinese: (column(2), column(3)),
            english: (column(4), column(5)),
        };
        templates.insert(column(0), template);
    }
    templates
}

fn templates() -> &'static HashMap<String, Template> {
    static TEMPLATES: OnceLock<HashMap<String, Template>> = OnceLock::new();
    TEMPLATES.get_or_init(|| read_templates(TEXTS))
}

impl Problem {
    /// The problem in words, safe to print: everything from outside is escaped.
    #[must_use]
    pub fn render(&self, language: Language) -> ProblemText {
        let Some(template) = templates().get(self.code.as_str()) else {
            return ProblemText {
                place: place_text(&self.place, language),
                sentence: self.code.to_string(),
                remedy: String::new(),
            };
        };
        let (sentence, remedy) = match language {
            Language::Chinese => &template.chinese,
            Language::English => &template.english,
        };
        ProblemText {
            place: place_text(&self.place, language),
            sentence: self.fill(sentence, language),
            remedy: self.fill(remedy, language),
        }
    }

    fn fill(&self, template: &str, language: Language) -> String {
        let mut text = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                rest = after;
                break;
            };
            match (name, self.fact(name)) {
                ("reason", Some(reason)) => text.push_str(&self.reason(reason.as_raw(), language)),
                ("first_row", Some(row)) => text.push_str(&row_text(&row.to_string(), language)),
                (_, Some(value)) => {
                    // Writing into a String does not fail.
                    let _ = write!(text, "{value}");
                }
                // Of a cell that must not be empty, one character is no length to speak of.
                ("too_short", _) => text.push_str(&self.too_short(language)),
                ("column", None) => text.push_str(self.place.column.as_deref().unwrap_or("?")),
                (_, None) => text.push('?'),
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// How a cell falls short of the characters that it must have.
    fn too_short(&self, language: Language) -> String {
        let length = self.fact("min_length").map(ToString::to_string);
        match (length.filter(|length| length != "1"), language) {
            (None, Language::Chinese) => "未填写".to_owned(),
            (None, Language::English) => "empty".to_owned(),
            (Some(length), Language::Chinese) => format!("未填写或少于 {length} 个字"),
            (Some(length), Language::English) => {
                format!("empty or shorter than {length} characters")
            }
        }
    }

    /// The reason, and the row or name that it speaks of, if it speaks of one.
    fn reason(&self, reason: &str, language: Language) -> String {
        let text = reason_text(reason, language);
        let Some(other) = self.fact("other") else {
            return text;
        };
        let other = match reason {
            "earlier-row" => row_text(&other.to_string(), language),
            _ => other.to_string(),
        };
        text.replace("{other}", &other)
    }
}

/// A row that a sentence speaks of: `8`, or `名单!8` on another sheet.
fn row_text(row: &str, language: Language) -> String {
    match (row.rsplit_once('!'), language) {
        (Some((sheet, row)), Language::Chinese) => format!("工作表“{sheet}”第 {row} 行"),
        (Some((sheet, row)), Language::English) => format!("row {row} of sheet “{sheet}”"),
        (None, Language::Chinese) => format!("第 {row} 行"),
        (None, Language::English) => format!("row {row}"),
    }
}

fn place_text(place: &Place, language: Language) -> String {
    let mut text = String::new();
    let chinese = language == Language::Chinese;
    let mut parts = Vec::new();
    if let Some(sheet) = &place.sheet {
        parts.push(if chinese {
            format!("工作表“{sheet}”")
        } else {
            format!("sheet “{sheet}”")
        });
    }
    if let Some(row) = place.row {
        parts.push(if chinese {
            format!("第 {row} 行")
        } else {
            format!("row {row}")
        });
    }
    if let Some(letters) = &place.letters {
        parts.push(if chinese {
            format!("{letters} 列")
        } else {
            format!("column {letters}")
        });
    }
    if !parts.is_empty() {
        text = parts.join(if chinese { " " } else { ", " });
        text.push_str(if chinese { "：" } else { ": " });
    }
    text
}

/// The reasons of E001, E010 and E108, which are words of this program, in both languages.
fn reason_text(reason: &str, language: Language) -> String {
    let pair = match reason {
        "encrypted" => ("已加密", "it is encrypted"),
        "older-xls" => ("Excel 5.0/95 的旧格式", "the format of Excel 5.0 or 95"),
        "markup" => (
            "是网页或 XML 文件，只是改了扩展名",
            "a web page or XML under another name",
        ),
        "document" => (
            "是 PDF 或文字文档，只是改了扩展名",
            "a PDF or text document under another name",
        ),
        "roster" => ("在册名单上为“{other}”", "“{other}” on the roster"),
        "earlier-row" => ("{other}为另一姓名", "another name in {other}"),
        "damaged" => ("内容损坏", "damaged"),
        "not-a-workbook" => ("不是 Excel 工作簿", "not an Excel workbook"),
        "not-a-list" => ("不是文本名单", "not a list in text form"),
        "other-encoding" => ("文字编码不受支持", "a text encoding that is not supported"),
        "header-differs" => (
            "列名与数据包约定不符",
            "its columns are not those of a package",
        ),
        "inflated-size" => ("解压后过大", "its inflated size"),
        "compression-ratio" => ("压缩比异常", "its compression ratio"),
        "parts" => ("内部文件过多", "its number of parts"),
        "shared-strings" => ("共享文字过大", "the size of its shared strings"),
        "rows" => ("行数过多", "its number of rows"),
        "columns" => ("列数过多", "its number of columns"),
        "hidden-rows" => ("隐藏行过多", "its number of hidden rows"),
        "formulas" => ("公式过多", "its number of formulas"),
        "merged-cells" => ("合并单元格过多", "its number of merged cells"),
        "nesting" => ("内部结构嵌套过深", "how deep its parts are nested"),
        "file-size" => ("文件过大", "its size"),
        "cells" => ("单元格过多", "its number of cells"),
        "sheets" => ("工作表过多", "its number of sheets"),
        "cell-text" => (
            "单元格文字过长，或引号没有成对",
            "the length of a cell (or a quotation mark is not closed)",
        ),
        other => (other, other),
    };
    match language {
        Language::Chinese => pair.0.to_owned(),
        Language::English => pair.1.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checking::problem::ProblemCode;

    /// The level that the table of texts names for a code; the tests compare it with the code's own.
    fn level_in_table(code: ProblemCode) -> Option<String> {
        let mut reader = csv::Reader::from_reader(TEXTS.as_bytes());
        let mut lines = reader.records().flatten();
        let line = lines.find(|line| line.get(0) == Some(code.as_str()))?;
        line.get(1).map(str::to_owned)
    }

    #[test]
    fn every_code_has_all_its_texts() {
        assert_eq!(templates().len(), ProblemCode::ALL.len());
        for code in ProblemCode::ALL {
            let template = &templates()[code.as_str()];
            for text in [
                &template.chinese.0,
                &template.chinese.1,
                &template.english.0,
                &template.english.1,
            ] {
                assert!(!text.is_empty(), "{code}");
            }
            let level = serde_json::to_value(code.level()).expect("a level");
            assert_eq!(
                level.as_str().map(str::to_owned),
                level_in_table(*code),
                "{code}"
            );
        }
    }

    #[test]
    fn foreign_text_is_escaped_and_place_comes_first() {
        let mut problem = Problem::new(ProblemCode::UnknownCounty)
            .with("value", "上\u{1b}[31m")
            .on_sheet("名单");
        problem.place.row = Some(12);
        problem.place.letters = Some("B".to_owned());
        let text = problem.render(Language::Chinese).to_string();
        assert!(
            text.starts_with("工作表“名单” 第 12 行 B 列：户籍县区“上\\u{1b}[31m”"),
            "{text}"
        );
        let english = problem.render(Language::English).to_string();
        assert!(
            english.starts_with("sheet “名单”, row 12, column B: the county"),
            "{english}"
        );
    }

    #[test]
    fn a_name_that_differs_is_told_with_the_row_or_the_roster() {
        let differs = |reason: &str, other: &str| {
            let problem = Problem::new(ProblemCode::NameDiffers).with("value", "张*");
            let problem = problem.with("reason", reason).with("other", other);
            (
                problem.render(Language::Chinese).sentence,
                problem.render(Language::English).sentence,
            )
        };
        let start = "证件号码相同但姓名不同：本行为“张*”，";
        let english = "the identity number is the same and the name is not: here “张*”, ";
        for (reason, other, chinese_end, english_end) in [
            (
                "earlier-row",
                "8",
                "第 8 行为另一姓名。",
                "another name in row 8",
            ),
            (
                "earlier-row",
                "一组!8",
                "工作表“一组”第 8 行为另一姓名。",
                "another name in row 8 of sheet “一组”",
            ),
            (
                "roster",
                "李*",
                "在册名单上为“李*”。",
                "“李*” on the roster",
            ),
        ] {
            let (chinese, told) = differs(reason, other);
            assert_eq!(chinese, format!("{start}{chinese_end}"));
            assert_eq!(told, format!("{english}{english_end}"));
        }
    }
}
