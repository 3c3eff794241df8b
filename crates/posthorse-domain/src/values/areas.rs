//! The counties of the city, their names and codes, old and new.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::text::fold_label;

const AREAS: &str = include_str!("../../data/areas.csv");

/// The six-digit code of a county as the signed directory names it, such as `411722`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountyCode([u8; 6]);

/// A text that is not a county code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a county code: six digits")]
pub struct CountyCodeError;

impl CountyCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for CountyCode {
    type Err = CountyCodeError;

    fn from_str(text: &str) -> Result<Self, CountyCodeError> {
        match <[u8; 6]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(CountyCodeError),
        }
    }
}

impl fmt::Display for CountyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CountyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CountyCode({self})")
    }
}

impl Serialize for CountyCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CountyCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A county, with the towns below it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct County {
    /// Its code.
    pub code: CountyCode,
    /// Its full name, such as `上蔡县`.
    pub name: String,
    /// The names of its towns and streets, in the order of their codes.
    pub towns: Vec<String>,
    /// The codes that citizens' numbers of this county begin with: abolished ones first.
    pub id_prefixes: Vec<u32>,
}

/// The counties that a list may name.
#[derive(Debug, Clone, Default)]
pub struct Areas {
    counties: Vec<County>,
    by_label: HashMap<String, CountyCode>,
    /// The names of what the counties lie in, as they stand before a county's, folded.
    above: Vec<String>,
}

/// A line of the area table that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("area table, line {line}: {rule}")]
#[non_exhaustive]
pub struct AreaTableError {
    /// The line, counted from 1.
    pub line: usize,
    /// What the line should have been.
    pub rule: &'static str,
}

impl Areas {
    /// The counties of Zhumadian, as compiled in.
    #[must_use]
    pub fn built_in() -> &'static Self {
        Self::shared_built_in()
    }

    /// The same, to be kept beside a list.
    pub(crate) fn shared_built_in() -> &'static Arc<Self> {
        static BUILT_IN: OnceLock<Arc<Areas>> = OnceLock::new();
        // A test reads the same table, so a line that fails here never leaves the workshop.
        BUILT_IN.get_or_init(|| Arc::new(Self::from_csv(AREAS).unwrap_or_default()))
    }

    /// Reads a table with the columns `code,name,level,now,aliases`.
    ///
    /// # Errors
    /// The first line that is not an area.
    pub fn from_csv(table: &str) -> Result<Self, AreaTableError> {
        let mut areas = Self::default();
        let mut former = Vec::new();
        for (at, line) in table.lines().enumerate().skip(1) {
            let error = |rule| AreaTableError { line: at + 1, rule };
            let columns: Vec<&str> = line.trim_end_matches('\r').split(',').collect();
            let [code, name, level, now, aliases] = columns[..] else {
                return Err(error("five columns"));
            };
            match level {
                "county" => {
                    let code = code.parse().map_err(|_| error("a six-digit code"))?;
                    areas.add_county(code, name, aliases);
                }
                "former_county" => {
                    let now = now.parse().map_err(|_| error("what the area is now"))?;
                    former.push((code, now));
                }
                "above" => {
                    let names = std::iter::once(name).chain(aliases.split(';'));
                    let names = names.map(fold_label).filter(|label| !label.is_empty());
                    areas.above.extend(names);
                }
                "town" => {
                    let county = code.get(..6).and_then(|code| code.parse().ok());
                    let county = areas.counties.iter_mut().find(|c| Some(c.code) == county);
                    let county = county.ok_or_else(|| error("a town below a known county"))?;
                    county.towns.push(name.to_owned());
                }
                _ => return Err(error("a level: above, county, former_county or town")),
            }
        }
        for (code, now) in former {
            areas.add_former(code, now);
        }
        Ok(areas)
    }

    fn add_county(&mut self, code: CountyCode, name: &str, aliases: &str) {
        self.by_label.insert(code.as_str().to_owned(), code);
        self.by_label.insert(format!("{code}000000"), code);
        for label in std::iter::once(name).chain(aliases.split(';')) {
            let label = fold_label(label);
            if label.is_empty() {
                continue;
            }
            if let Some(short) = label.strip_suffix(['县', '区'])
                && short.chars().count() >= 2
            {
                self.by_label.insert(short.to_owned(), code);
            }
            self.by_label.insert(label, code);
        }
        self.counties.push(County {
            code,
            name: name.to_owned(),
            towns: Vec::new(),
            id_prefixes: code.as_str().parse().into_iter().collect(),
        });
    }

    fn add_former(&mut self, code: &str, now: CountyCode) {
        self.by_label.insert(code.to_owned(), now);
        let county = self.counties.iter_mut().find(|county| county.code == now);
        if let (Some(county), Ok(prefix)) = (county, code.parse()) {
            county.id_prefixes.insert(0, prefix);
        }
    }

    /// The county that a name or code means: `上蔡县`, `上蔡`, `驻马店市上蔡县`, `411722`, `412825`.
    #[must_use]
    pub fn resolve(&self, text: &str) -> Option<CountyCode> {
        if let Some(code) = self.by_label.get(text) {
            return Some(*code);
        }
        let label = fold_label(text);
        let mut rest = label.as_str();
        loop {
            if let Some(code) = self.by_label.get(rest) {
                return Some(*code);
            }
            let above = self.above.iter();
            rest = above
                .filter_map(|prefix| rest.strip_prefix(prefix.as_str()))
                .min_by_key(|rest| rest.len())?;
        }
    }

    /// A county by its code.
    #[must_use]
    pub fn county(&self, code: CountyCode) -> Option<&County> {
        self.counties.iter().find(|county| county.code == code)
    }

    /// Every county, in the order of the table.
    #[must_use]
    pub fn counties(&self) -> &[County] {
        &self.counties
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_is_whole() {
        let areas = Areas::from_csv(AREAS).expect("the table");
        assert_eq!(areas.counties().len(), 11);
        assert_eq!(Areas::built_in().counties().len(), 11);
        let towns: usize = areas.counties().iter().map(|c| c.towns.len()).sum();
        assert_eq!(towns, 208);
        let shangcai = areas.county("411722".parse().expect("a code"));
        assert_eq!(
            shangcai.map(|county| county.id_prefixes.clone()),
            Some(vec![412_825, 411_722])
        );
    }

    #[test]
    fn names_and_codes_mean_counties() {
        for (text, code) in [
            ("上蔡县", "411722"),
            ("上蔡", "411722"),
            ("上 蔡 县", "411722"),
            ("驻马店市上蔡县", "411722"),
            ("河南省驻马店市上蔡县", "411722"),
            ("411722", "411722"),
            ("４１１７２２", "411722"),
            ("411722000000", "411722"),
            ("412825", "411722"),
            ("412801", "411702"),
            ("驿城区", "411702"),
            ("驻马店市驿城区", "411702"),
            ("开发区", "411771"),
            ("河南驻马店经济开发区", "411771"),
            ("驻马店市经济开发区", "411771"),
        ] {
            let resolved = Areas::built_in().resolve(text).map(|code| code.to_string());
            assert_eq!(resolved.as_deref(), Some(code), "{text}");
        }
        for text in [
            "",
            "驻马店市",
            "项城市",
            "县",
            "区",
            "411799",
            "市辖区",
            "上蔡县芦岗街道",
        ] {
            assert_eq!(Areas::built_in().resolve(text), None, "{text}");
        }
    }

    #[test]
    fn a_broken_table_says_where() {
        let error = Areas::from_csv("code,name,level,now,aliases\n411722,上蔡县\n");
        assert_eq!(error.map(|_| ()).map_err(|e| e.line), Err(2));
    }
}
