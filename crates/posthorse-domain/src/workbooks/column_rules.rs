//! Drop-downs, hints and bounds of columns that people fill in.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Formula, Workbook, Worksheet,
    XlsxError,
};

use crate::checking::problem::column_letters;
use crate::schemas::list_schema::Field;
use crate::values::field_type::FieldType;
use crate::workbooks::field_guide::FieldGuide;
use crate::workbooks::workbook_output::{
    CHOICE_SHEET, Formats, set_up_printing, set_width, usual_width, write_text,
};

/// A drop-down's own list holds this many characters, commas included. A longer one, or one whose
/// values hold a comma, is taken from a sheet; that sheet is visible, for a hidden one is a warning
/// when the list is checked.
const LONGEST_INLINE: usize = 255;
/// What the title and the message of a hint hold.
const LONGEST_TITLE: usize = 32;
const LONGEST_MESSAGE: usize = 255;

/// What the cells of amounts and counts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amounts {
    /// Numbers, which a rule can bound.
    Numbers,
    /// Text, of which a rule for numbers would refuse every one.
    Text,
}

/// Makes the rules of columns, and remembers the choices that need a sheet of their own.
pub(crate) struct ColumnRules {
    amounts: Amounts,
    long: Vec<(String, Vec<String>)>,
}

impl ColumnRules {
    pub(crate) fn new(amounts: Amounts) -> Self {
        Self {
            amounts,
            long: Vec::new(),
        }
    }

    /// Puts the rule of a field, if it has one, on these rows of a column.
    pub(crate) fn add(
        &mut self,
        sheet: &mut Worksheet,
        column: u16,
        rows: (u32, u32),
        field: &Field,
        guide: &FieldGuide<'_>,
    ) -> Result<(), XlsxError> {
        let choices = guide.choices(field);
        let form = guide.form(field);
        if choices.is_empty() && form.is_empty() {
            return Ok(());
        }
        let rule = if choices.is_empty() {
            bounds(field.field_type(), self.amounts)?
        } else {
            self.drop_down(field, &choices)?
        };
        let rule = rule
            .set_input_title(cut(field.title(), LONGEST_TITLE))?
            .set_input_message(cut(&form, LONGEST_MESSAGE))?;
        sheet.add_data_validation(rows.0, column, rows.1, column, &rule)?;
        Ok(())
    }

    fn drop_down(&mut self, field: &Field, choices: &[&str]) -> Result<DataValidation, XlsxError> {
        let length: usize = choices
            .iter()
            .map(|one| one.encode_utf16().count() + 1)
            .sum();
        let has_mark = |one: &&str| one.contains([',', '"']);
        let rule = if length <= LONGEST_INLINE && !choices.iter().any(has_mark) {
            DataValidation::new().allow_list_strings(choices)?
        } else {
            let (column, count) = (self.column_of(field, choices), choices.len() + 1);
            let letters = column_letters(column);
            let range = format!("='{CHOICE_SHEET}'!${letters}$2:${letters}${count}");
            DataValidation::new().allow_list_formula(Formula::new(range))
        };
        rule.set_error_style(DataValidationErrorStyle::Stop)
            .set_error_title("不在可填内容中")?
            .set_error_message("请从下拉列表中选择。")
    }

    /// The column of the sheet that holds these choices; columns with equal choices share one.
    fn column_of(&mut self, field: &Field, choices: &[&str]) -> usize {
        let known = self.long.iter().position(|(_, known)| known == choices);
        known.unwrap_or_else(|| {
            let choices = choices.iter().map(|one| (*one).to_owned()).collect();
            self.long.push((field.title().to_owned(), choices));
            self.long.len() - 1
        })
    }

    /// Writes the sheet of choices, if any column needs it.
    pub(crate) fn write_choices(
        &self,
        workbook: &mut Workbook,
        formats: &Formats,
    ) -> Result<(), XlsxError> {
        if self.long.is_empty() {
            return Ok(());
        }
        let sheet = workbook.add_worksheet().set_name(CHOICE_SHEET)?;
        for (column, (title, choices)) in (0..).zip(&self.long) {
            write_text(sheet, 0, column, title, &formats.header)?;
            set_width(sheet, column, title, usual_width(FieldType::Text) * 2)?;
            for (row, choice) in (1..).zip(choices) {
                write_text(sheet, row, column, choice, &formats.framed)?;
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        // What the drop-downs point to must stay where it is. There is no password.
        sheet.protect();
        set_up_printing(sheet, Some(0), 0, 0)
    }
}

/// What a spreadsheet program can refuse while somebody types.
fn bounds(field_type: FieldType, amounts: Amounts) -> Result<DataValidation, XlsxError> {
    let length = |from, to, message| {
        DataValidation::new()
            .allow_text_length(DataValidationRule::Between(from, to))
            .set_error_title("位数不对")?
            .set_error_message(message)
    };
    let rule = match (field_type, amounts) {
        (FieldType::CitizenId, _) => length(
            18,
            22,
            "身份证号码应为 18 位（残疾人证 20 或 22 位），请核对原件。",
        )?,
        (FieldType::DisabilityNo, _) => length(20, 22, "残疾人证号应为 20 或 22 位，请核对原件。")?,
        (FieldType::Money | FieldType::Decimal, Amounts::Numbers) => DataValidation::new()
            .allow_decimal_number(DataValidationRule::Between(-1e12, 1e12))
            .set_error_title("不是数字")?
            .set_error_message("请填写数字，不写单位；例如 2万元 写成 20000。")?,
        (FieldType::Integer, Amounts::Numbers) => DataValidation::new()
            .allow_whole_number(DataValidationRule::Between(0, i32::MAX))
            .set_error_title("不是整数")?
            .set_error_message("请填写整数，不写单位。")?,
        _ => return Ok(DataValidation::new().allow_any_value()),
    };
    Ok(rule.set_error_style(DataValidationErrorStyle::Stop))
}

fn cut(text: &str, most: usize) -> String {
    // No character takes more than two of the units that a spreadsheet counts.
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most / 2).collect()
}
