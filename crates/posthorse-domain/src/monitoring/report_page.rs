//! The monthly report as one page that stands alone: no script, nothing fetched, ready to print.

use std::fmt::Write as _;

use super::ageing::Ageing;
use super::chart::{BLUE, Bar, GREEN, GREY, RED, YELLOW, bars, legend};
use super::markup::{escape, table};
use super::month::chinese_date;
use super::monthly_report::{CountyMonth, MonthlyReport};
use crate::BasisPoints;

const STYLE: &str = include_str!("report_page.css");

impl MonthlyReport {
    /// The report as a self-contained HTML page, A4, in Chinese; `issuer` is the office that tells.
    #[must_use]
    pub fn page(&self, issuer: &str) -> String {
        let month = self.month.in_chinese();
        let title = format!("{month}致贫返贫预警信息推送核实情况通报");
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
             <meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src 'unsafe-inline'\">\
             <title>{title}</title><style>{STYLE}</style></head><body><main>\
             <header><p class=\"issuer\">{}</p><h1>{title}</h1>\
             <p class=\"asof\">数据截至 {}</p></header>",
            escape(issuer),
            chinese_date(self.today),
        );
        html.push_str(&self.figures());
        html.push_str(&self.summary());
        html.push_str(&section("一、部门报送", &[table(&self.department_table())]));
        html.push_str(&section(
            "二、县区核实和办结",
            &[self.closing_chart(), table(&self.county_table())],
        ));
        html.push_str(&section("三、核实结果", &[self.outcome_chart()]));
        html.push_str(&section(
            "四、未办结时长",
            &[
                self.ageing_chart(),
                "<figcaption>其中本月交办的</figcaption>".to_owned(),
                table(&self.ageing_table()),
            ],
        ));
        let tables = self.tables();
        let told = ["部门报送", "县区核实", "核实结果", "未办结时长"];
        let rest = tables
            .iter()
            .filter(|table| !told.contains(&table.title.as_str()));
        for (number, found) in ["五", "六", "七", "八", "九", "十"].into_iter().zip(rest) {
            let heading = format!("{number}、{}", found.title);
            html.push_str(&section(&heading, &[table(found)]));
        }
        let _ = writeln!(
            html,
            "<footer><p>本通报由台账生成，只列数量，不含个人信息；以同一台账、同一截止日期重新生成，\
             内容一致。核实率＝已反馈÷本月交办；办结率＝已办结÷本月交办；\
             按期率＝按期办结÷（已办结＋逾期未办结）。</p></footer></main></body></html>"
        );
        html
    }

    fn figures(&self) -> String {
        let total = &self.total;
        let figures = [
            (rate(self.reporting_timeliness()), "部门按期报送率"),
            (total.opened.to_string(), "本月交办（人）"),
            (rate(total.verification()), "核实率"),
            (rate(total.closing()), "办结率"),
            (self.all_open.overdue().to_string(), "全部逾期未办结（人）"),
        ];
        let mut html = String::from("<div class=\"figures\">");
        for (value, label) in figures {
            let _ = write!(html, "<div><b>{value}</b><span>{label}</span></div>");
        }
        html.push_str("</div>");
        html
    }

    /// The report in sentences, as it is read out.
    #[must_use]
    pub fn summary_text(&self) -> String {
        let sum = |of: fn(&super::DepartmentMonth) -> u64| -> u64 {
            self.departments.iter().map(of).sum()
        };
        let total = &self.total;
        let mut text = format!(
            "{}，市直部门应报 {} 项，按期 {} 项，逾期 {} 项，报来延期说明 {} 项，未报 {} 项。",
            self.month.in_chinese(),
            sum(|line| line.owed),
            sum(|line| line.in_time),
            sum(|line| line.late),
            sum(|line| line.deferred),
            sum(|line| line.missing),
        );
        let silent: Vec<&str> = self
            .departments
            .iter()
            .filter(|line| line.missing > 0)
            .map(|line| line.name.as_str())
            .collect();
        if !silent.is_empty() {
            let _ = write!(text, "未报单位：{}。", silent.join("、"));
        }
        let _ = write!(
            text,
            "本月向县区交办预警信息 {} 人，已反馈 {} 人，办结 {} 人；尚有 {} 人未办结，其中逾期 {} 人。",
            total.opened,
            total.answered,
            total.closed,
            total.ageing.open(),
            total.ageing.overdue(),
        );
        let late: Vec<&str> = self
            .counties
            .iter()
            .filter(|line| line.ageing.overdue() > 0)
            .map(|line| line.name.as_str())
            .collect();
        if !late.is_empty() {
            let _ = write!(text, "有逾期的县（区）：{}。", late.join("、"));
        }
        if self.orphans > 0 {
            let _ = write!(text, "另有 {} 条线索无人承办，须立即查明。", self.orphans);
        }
        text
    }

    fn summary(&self) -> String {
        format!("<p class=\"summary\">{}</p>", escape(&self.summary_text()))
    }

    fn closing_chart(&self) -> String {
        let whole = self.counties.iter().map(|line| line.opened).max();
        let rows: Vec<Bar> = self
            .counties
            .iter()
            .map(|line| Bar {
                label: line.name.clone(),
                parts: standing(line),
                value: format!("{}／{}", line.closed, line.opened),
            })
            .collect();
        let key = [
            ("已办结", BLUE),
            ("未办结，按期", GREEN),
            ("临期", YELLOW),
            ("逾期", RED),
        ];
        figure("各县（区）本月交办和办结（人）", &rows, whole, &key)
    }

    fn outcome_chart(&self) -> String {
        let total = &self.total;
        let rows: Vec<Bar> = total
            .outcomes
            .iter()
            .map(|(outcome, count)| (outcome.as_str(), *count, BLUE))
            .chain([("未反馈", total.opened - total.answered, GREY)])
            .map(|(label, count, colour)| Bar {
                label: label.to_owned(),
                parts: vec![(count, colour)],
                value: format!("{count}（{}）", rate(BasisPoints::of(count, total.opened))),
            })
            .collect();
        let whole = rows.iter().map(|bar| bar.parts[0].0).max();
        figure("本月交办人员的核实结果（人）", &rows, whole, &[])
    }

    fn ageing_chart(&self) -> String {
        let Ageing {
            in_time,
            due_soon,
            overdue_days,
            overdue_weeks,
            overdue_months,
        } = self.all_open;
        let rows: Vec<Bar> = [
            ("按期", in_time, GREEN),
            ("临期", due_soon, YELLOW),
            ("逾期1–7日", overdue_days, RED),
            ("逾期8–30日", overdue_weeks, RED),
            ("逾期30日以上", overdue_months, RED),
        ]
        .into_iter()
        .map(|(label, count, colour)| Bar {
            label: label.to_owned(),
            parts: vec![(count, colour)],
            value: count.to_string(),
        })
        .collect();
        let whole = rows.iter().map(|bar| bar.parts[0].0).max();
        figure("全部未办结（含以前月份，人）", &rows, whole, &[])
    }
}

fn standing(line: &CountyMonth) -> Vec<(u64, &'static str)> {
    vec![
        (line.closed, BLUE),
        (line.ageing.in_time, GREEN),
        (line.ageing.due_soon, YELLOW),
        (line.ageing.overdue(), RED),
    ]
}

fn figure(title: &str, rows: &[Bar], whole: Option<u64>, key: &[(&str, &str)]) -> String {
    let key = if key.is_empty() {
        String::new()
    } else {
        legend(key)
    };
    format!(
        "<figure><figcaption>{title}</figcaption>{key}{}</figure>",
        bars(title, rows, whole.unwrap_or(0))
    )
}

fn section(heading: &str, parts: &[String]) -> String {
    format!("<section><h2>{heading}</h2>{}</section>", parts.concat())
}

fn rate(rate: Option<BasisPoints>) -> String {
    rate.map_or_else(|| "—".to_owned(), |rate| rate.to_string())
}
