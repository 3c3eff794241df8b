//! The empty workbook that an office fills in: the right columns, and an explanation of each.

use std::io::Write;

use jiff::civil::Date;
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use crate::schemas::list_schema::{ListSchema, Presence};
use crate::values::areas::Areas;
use crate::values::field_type::FieldType;
use crate::workbooks::column_rules::{Amounts, ColumnRules};
use crate::workbooks::field_guide::FieldGuide;
use crate::workbooks::workbook_output::{
    DECIMAL_FORMAT, Formats, GENERAL_FORMAT, GUIDE_SHEET, LAST_ROW, ROOMY_ROW, TEXT_FORMAT,
    WHOLE_FORMAT, WorkbookError, allow_numbers_as_text, lines, plain, save, set_height,
    set_up_printing, set_width, sheet_name, usual_width, workbook_of, write_text,
};

/// Writes the empty workbook of a list.
///
/// Every column that may hold a number of many digits is text, the whole column long, so that what
/// is typed or pasted keeps its last digits. `areas` are the counties to choose from.
///
/// # Errors
/// The workbook cannot be written.
pub fn write_template_workbook<W: Write + Send>(
    schema: &ListSchema,
    areas: &Areas,
    today: Date,
    out: W,
) -> Result<(), WorkbookError> {
    let formats = Formats::new();
    let guide = FieldGuide::new(schema, areas, today);
    let mut rules = ColumnRules::new(Amounts::Numbers);
    let mut workbook = workbook_of(today)?;
    let sheet = workbook.add_worksheet().set_name(sheet_name(schema))?;
    write_columns(sheet, schema, &guide, &mut rules, &formats)?;
    let explanation = workbook.add_worksheet().set_name(GUIDE_SHEET)?;
    let advice = [
        "1. 一人一行，从表头下一行填起。请勿改动表头；不用的选填列可以空着。",
        "2. 红字并带 * 的列必填。点到单元格时会显示填写要求，能选的请从下拉列表中选。",
        "3. 证件号码、电话等列已设为“文本”。粘贴时请选“只粘贴数值”，不要改成“常规”或“数字”，否则号码后几位会丢失，无法恢复。",
        "4. 填好后先检查，再封装。说明页不会报送。",
    ];
    let title = format!("{}：填表说明", schema.title());
    write_guide(explanation, &title, &advice, schema, &guide, &[], &formats)?;
    rules.write_choices(&mut workbook, &formats)?;
    save(workbook, out)
}

fn write_columns(
    sheet: &mut Worksheet,
    schema: &ListSchema,
    guide: &FieldGuide<'_>,
    rules: &mut ColumnRules,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let (mut last, mut total) = (0, 0);
    for (column, field) in (0..).zip(schema.fields()) {
        let title = match field.presence() {
            Presence::Cell => format!("*{}", field.title()),
            Presence::Column | Presence::Optional => field.title().to_owned(),
        };
        sheet.set_column_format(column, &column_format(field.field_type()))?;
        write_text(sheet, 0, column, &title, formats.header_of(field))?;
        total += set_width(sheet, column, &title, usual_width(field.field_type()))?;
        rules.add(sheet, column, (1, LAST_ROW), field, guide)?;
        last = column;
    }
    sheet.set_default_row_height(ROOMY_ROW);
    sheet.set_row_height(0, 30)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, 0, last)?;
    allow_numbers_as_text(sheet, 0, LAST_ROW, last)?;
    set_up_printing(sheet, Some(0), total, 0)
}

/// Amounts and counts are numbers, so that an office can add them up; all else is text.
fn column_format(field_type: FieldType) -> Format {
    plain().set_num_format_index(match field_type {
        FieldType::Money => DECIMAL_FORMAT,
        FieldType::Integer | FieldType::RowNumber => WHOLE_FORMAT,
        FieldType::Decimal => GENERAL_FORMAT,
        _ => TEXT_FORMAT,
    })
}

/// Column, demand, form, example, choices.
const GUIDE_COLUMNS: [(&str, u16); 5] = [
    ("栏目", 24),
    ("要求", 30),
    ("怎么填", 40),
    ("示例", 26),
    ("可填内容", 52),
];

/// Writes a sheet that explains the columns of a list, those in `passed_over` left out.
pub(crate) fn write_guide(
    sheet: &mut Worksheet,
    title: &str,
    advice: &[&str],
    schema: &ListSchema,
    guide: &FieldGuide<'_>,
    passed_over: &[&str],
    formats: &Formats,
) -> Result<(), XlsxError> {
    let last = GUIDE_COLUMNS.len() as u16 - 1;
    sheet.merge_range(0, 0, 0, last, title, &formats.title)?;
    sheet.set_row_height(0, 30)?;
    let mut at = 1;
    for line in advice {
        write_text(sheet, at, 0, line, &formats.note)?;
        at += 1;
    }
    at += 1;
    for (column, (title, width)) in (0..).zip(GUIDE_COLUMNS) {
        write_text(sheet, at, column, title, &formats.header)?;
        sheet.set_column_width(column, width)?;
    }
    let header_row = at;
    let asked = schema.fields().iter();
    for field in asked.filter(|field| !passed_over.contains(&field.name())) {
        at += 1;
        let texts = [
            field.title().to_owned(),
            guide.demand(field),
            guide.form(field),
            guide.example(field),
            guide.choices(field).join("、"),
        ];
        let demand = match field.presence() {
            Presence::Cell => &formats.reason,
            Presence::Column | Presence::Optional => &formats.wrapped,
        };
        let mut highest = 1;
        for (column, (text, (_, width))) in (0..).zip(texts.iter().zip(GUIDE_COLUMNS)) {
            let format = if column == 1 {
                demand
            } else {
                &formats.wrapped
            };
            write_text(sheet, at, column, text, format)?;
            highest = highest.max(lines(text, usize::from(width) - 2));
        }
        set_height(sheet, at, highest)?;
    }
    allow_numbers_as_text(sheet, header_row, at, last)?;
    sheet.set_freeze_panes(header_row + 1, 0)?;
    set_up_printing(sheet, Some(header_row), 0, 0)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;
    use crate::checking::list_tests::{schema, today};
    use crate::workbooks::workbook_output::CHOICE_SHEET;

    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
        let mut text = String::new();
        let mut part = archive.by_name(name).expect("the part");
        part.read_to_string(&mut text).expect("UTF-8");
        text
    }

    #[test]
    fn choices_too_long_for_a_drop_down_stand_on_a_visible_sheet() {
        let values: Vec<String> = (0..40).map(|nth| format!("第{nth}种情况,或类似")).collect();
        let mut list = schema("warning_list", "卫健-突发公共卫生事件");
        let at = list.position("name").expect("the field");
        list.fields[at].field_type = FieldType::Enum;
        list.fields[at].values.clone_from(&values);
        let mut bytes = Vec::new();
        write_template_workbook(&list, Areas::built_in(), today(), &mut bytes).expect("a workbook");
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(
            sheet.contains("<formula1>'可选内容'!$A$2:$A$41</formula1>"),
            "{sheet}"
        );
        let workbook = part(&bytes, "xl/workbook.xml");
        assert!(
            workbook.contains(&format!(
                r#"<sheet name="{CHOICE_SHEET}" sheetId="3" r:id="#
            )),
            "{workbook}"
        );
    }
}
