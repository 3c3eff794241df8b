//! What a column wants, in words for the person who fills it in.

use jiff::civil::Date;

use crate::schemas::list_schema::{Field, ListSchema, Presence};
use crate::values::areas::Areas;
use crate::values::bank_account::BankAccount;
use crate::values::citizen_id::CitizenId;
use crate::values::field_type::FieldType;

/// An area that does not exist, so that the number of an example is nobody's.
const NOWHERE: u32 = 411_799;

/// Explains the columns of a list.
pub(crate) struct FieldGuide<'s> {
    schema: &'s ListSchema,
    areas: &'s Areas,
    today: Date,
}

impl<'s> FieldGuide<'s> {
    pub(crate) fn new(schema: &'s ListSchema, areas: &'s Areas, today: Date) -> Self {
        Self {
            schema,
            areas,
            today,
        }
    }

    /// Whether the column must be filled, and when.
    pub(crate) fn demand(&self, field: &Field) -> String {
        if field.presence() == Presence::Cell {
            return "必填".to_owned();
        }
        self.condition(field).unwrap_or_else(|| "选填".to_owned())
    }

    fn condition(&self, field: &Field) -> Option<String> {
        let condition = field.required_if.as_ref()?;
        let other = self.schema.fields().get(condition.field)?;
        let mut text = if condition.equals.is_empty() {
            format!("填了“{}”时必填", other.title())
        } else {
            let values = condition.equals.join("”或“");
            format!("“{}”为“{values}”时必填", other.title())
        };
        if condition.min_length > 1 {
            text.push_str(&format!("，不少于 {} 字", condition.min_length));
        }
        Some(text)
    }

    /// What to write; empty where any text will do.
    pub(crate) fn form(&self, field: &Field) -> String {
        let form = match field.field_type() {
            FieldType::Text => "",
            FieldType::RowNumber => "从 1 起的顺序号",
            FieldType::PersonName => "与身份证一致，中间有点的用“·”",
            FieldType::CitizenId => "18 位公民身份号码，末位可为 X",
            FieldType::DisabilityNo => "残疾人证号，20 位（补换证 22 位）",
            FieldType::Money => "以元为单位的数字，不写“元”或“万”",
            FieldType::Decimal => "数字，可以有小数，不写单位",
            FieldType::DateRange => "写成 2026-01至2026-10",
            FieldType::BankAccount => "社保卡或银行卡号，全部数字，不加空格",
            FieldType::Date => "写成 2023-11-24；只知年月写成 2023-11",
            FieldType::Month => "写成 2023-11 或 202311",
            FieldType::Integer => "整数，不写单位",
            FieldType::YesNo => "选“是”或“否”",
            FieldType::Phone => "手机号码，或带区号的固定电话",
            FieldType::County => "户籍所在县区的全称，以户口簿为准，不看身份证号",
            FieldType::Enum => "从可填内容中选择一项",
            FieldType::SchoolYear => "写成 2025-2026",
        };
        let is_bounded = field.not_after_today
            && matches!(field.field_type(), FieldType::Date | FieldType::Month);
        match (form.is_empty(), is_bounded) {
            (false, true) => format!("{form}，不晚于填表当天"),
            _ => form.to_owned(),
        }
    }

    /// A value that would be accepted; nobody's number and nobody's telephone.
    pub(crate) fn example(&self, field: &Field) -> String {
        let id = || CitizenId::from_parts(NOWHERE, Date::constant(1990, 1, 1), 1);
        match field.field_type() {
            FieldType::Text | FieldType::DateRange | FieldType::Decimal => {
                let mut examples = field.examples().iter();
                examples
                    .find(|text| !text.is_empty())
                    .cloned()
                    .unwrap_or_default()
            }
            FieldType::RowNumber => "1".to_owned(),
            FieldType::PersonName => "张三".to_owned(),
            FieldType::CitizenId => id().map_or_else(String::new, |id| id.as_str().to_owned()),
            FieldType::DisabilityNo => {
                id().map_or_else(String::new, |id| format!("{}11", id.as_str()))
            }
            FieldType::BankAccount => {
                // No card begins with four zeros.
                BankAccount::from_fifteen(12_345_678_901)
                    .as_str()
                    .to_owned()
            }
            FieldType::Money => "23000.50".to_owned(),
            FieldType::Date => self.today.to_string(),
            FieldType::Month => self.today.strftime("%Y-%m").to_string(),
            FieldType::Integer => "3".to_owned(),
            FieldType::Phone => "13800000000".to_owned(),
            FieldType::SchoolYear => format!("{}-{}", self.today.year() - 1, self.today.year()),
            FieldType::YesNo | FieldType::County | FieldType::Enum => {
                let choices = self.choices(field);
                choices
                    .first()
                    .map_or_else(String::new, |one| (*one).to_owned())
            }
        }
    }

    /// What may be chosen from, in the order of the drop-down; empty where there is no choice.
    pub(crate) fn choices<'f>(&self, field: &'f Field) -> Vec<&'f str>
    where
        's: 'f,
    {
        match field.field_type() {
            FieldType::YesNo => vec!["是", "否"],
            FieldType::Enum => field.values().iter().map(String::as_str).collect(),
            FieldType::County => {
                let counties = self.areas.counties().iter();
                counties.map(|county| county.name.as_str()).collect()
            }
            _ => Vec::new(),
        }
    }
}
