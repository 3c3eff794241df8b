//! The monthly report as tables. It is a document of offices, and therefore Chinese.

use std::collections::BTreeSet;

use super::ageing::Tone;
use super::board_tables::quality_table;
use super::monthly_report::{CountyMonth, DepartmentMonth, MonthlyReport};
use super::owed_tables::{report_table, term_tables};
use super::rules::Holder;
use super::table::{Cell, Row, Table};
use crate::Language;

impl MonthlyReport {
    /// The report as tables: departments, counties, outcomes, ageing, reports, quality, coverage.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let quality: Vec<_> = self
            .departments
            .iter()
            .filter_map(|line| line.quality.clone())
            .collect();
        let mut tables = vec![
            self.department_table(),
            self.county_table(),
            self.outcome_table(),
            self.ageing_table(),
            report_table(&self.reports, Language::Chinese),
            quality_table(&quality, Language::Chinese),
        ];
        tables.extend(term_tables(&self.reports, &self.earlier, Language::Chinese));
        if !self.coverage.is_empty() {
            tables.push(self.coverage_table());
        }
        tables
    }

    pub(super) fn department_table(&self) -> Table {
        let mut table = Table::new(
            "部门报送",
            &[
                "单位",
                "应报",
                "按期",
                "逾期",
                "延期说明",
                "未报",
                "按期率",
                "数据合格率",
            ],
        );
        table.rows = self.departments.iter().map(department_row).collect();
        table
    }

    pub(super) fn county_table(&self) -> Table {
        let mut table = Table::new(
            "县区核实",
            &[
                self.whose(),
                "本月交办",
                "已反馈",
                "核实率",
                "已办结",
                "办结率",
                "按期办结",
                "按期率",
            ],
        );
        table.rows = self
            .counties
            .iter()
            .map(|line| Row::of(county_cells(line, &line.name)))
            .collect();
        if self.counties.len() > 1 {
            table
                .rows
                .push(Row::total(county_cells(&self.total, "合计")));
        }
        table
    }

    /// What the lines of work are of.
    fn whose(&self) -> &'static str {
        let is_department = |line: &CountyMonth| matches!(line.holder, Some(Holder::Department(_)));
        match self.counties.iter().any(is_department) {
            true => "单位",
            false => "县（区）",
        }
    }

    /// The outcomes that occur, in the order of their texts.
    pub(super) fn outcomes(&self) -> BTreeSet<&str> {
        self.total.outcomes.keys().map(String::as_str).collect()
    }

    fn outcome_table(&self) -> Table {
        let outcomes = self.outcomes();
        let mut header = vec![self.whose()];
        header.extend(&outcomes);
        header.push("未反馈");
        let mut table = Table::new("核实结果", &header);
        let cells = |line: &CountyMonth, name: &str| {
            let mut cells = vec![Cell::Text(name.to_owned())];
            let counts = outcomes.iter().map(|outcome| line.outcomes.get(*outcome));
            cells.extend(counts.map(|count| Cell::Count(count.copied().unwrap_or(0))));
            cells.push(Cell::Counted(Tone::Attention, line.opened - line.answered));
            cells
        };
        table.rows = self
            .counties
            .iter()
            .map(|line| Row::of(cells(line, &line.name)))
            .collect();
        if self.counties.len() > 1 {
            table.rows.push(Row::total(cells(&self.total, "合计")));
        }
        table
    }

    pub(super) fn ageing_table(&self) -> Table {
        let mut table = Table::new(
            "未办结时长",
            &[
                self.whose(),
                "未办结",
                "按期",
                "临期",
                "逾期1–7日",
                "逾期8–30日",
                "逾期30日以上",
            ],
        );
        let cells = |line: &CountyMonth, name: &str| {
            let ageing = line.ageing;
            vec![
                Cell::Text(name.to_owned()),
                Cell::Counted(ageing.tone(), ageing.open()),
                Cell::Counted(Tone::Good, ageing.in_time),
                Cell::Counted(Tone::Attention, ageing.due_soon),
                Cell::Counted(Tone::Bad, ageing.overdue_days),
                Cell::Counted(Tone::Bad, ageing.overdue_weeks),
                Cell::Counted(Tone::Bad, ageing.overdue_months),
            ]
        };
        table.rows = self
            .counties
            .iter()
            .map(|line| Row::of(cells(line, &line.name)))
            .collect();
        if self.counties.len() > 1 {
            table.rows.push(Row::total(cells(&self.total, "合计")));
        }
        table
    }

    fn coverage_table(&self) -> Table {
        let mut table = Table::new(
            "政策兑现",
            &["政策", "县（区）", "应兑付", "已兑付", "兑付率"],
        );
        table.rows = self
            .coverage
            .iter()
            .map(|line| {
                let county = self.county_names.get(&line.county);
                Row::of(vec![
                    Cell::Text(line.policy.clone()),
                    Cell::Text(county.unwrap_or(&line.county).clone()),
                    Cell::Count(line.coverage.eligible),
                    Cell::Count(line.coverage.paid),
                    Cell::Rate(line.coverage.share()),
                ])
            })
            .collect();
        table
    }
}

fn department_row(line: &DepartmentMonth) -> Row {
    let score = line.quality.as_ref().and_then(|quality| quality.score);
    Row::of(vec![
        Cell::Text(line.name.clone()),
        Cell::Count(line.owed),
        Cell::Counted(Tone::Good, line.in_time),
        Cell::Counted(Tone::Attention, line.late),
        Cell::Counted(Tone::Attention, line.deferred),
        Cell::Counted(Tone::Bad, line.missing),
        Cell::Rate(line.timeliness()),
        Cell::Rate(score),
    ])
}

fn county_cells(line: &CountyMonth, name: &str) -> Vec<Cell> {
    vec![
        Cell::Text(name.to_owned()),
        Cell::Count(line.opened),
        Cell::Count(line.answered),
        Cell::Rate(line.verification()),
        Cell::Count(line.closed),
        Cell::Rate(line.closing()),
        Cell::Count(line.closed_in_time),
        Cell::Rate(line.timeliness()),
    ]
}
