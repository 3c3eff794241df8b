//! `posthorse template`: an empty workbook for an office to fill in.

use std::io::{BufWriter, Write};

use posthorse_domain::{SchemaSet, write_template_workbook};
use serde_json::json;

use crate::args;
use crate::clock;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{PendingFile, Privacy};
use crate::kinds;
use crate::language::arg;
use crate::lists;
use crate::output::{Context, Mark};
use crate::rulebook;
use crate::workbooks;

pub(crate) fn run(arguments: &args::Template, context: &mut Context) -> Result<Exit, Failure> {
    let rules = rulebook::of_home(arguments.home.as_deref())?;
    let schemas = rules.schemas();
    let (Some(kind), Some(output)) = (&arguments.kind, &arguments.output) else {
        return tell_all(schemas, context);
    };
    workbooks::require_workbook_name(output)?;
    let schema = lists::choose(schemas, kind, arguments.list.as_deref())?;
    let mut pending = PendingFile::create(output, Privacy::Public)?;
    let mut out = BufWriter::new(pending.file());
    let today = clock::civil_date(context.now);
    let written = write_template_workbook(schema, rules.areas(), today, &mut out);
    written.map_err(|error| workbooks::cannot_write(output, &error))?;
    out.flush()
        .map_err(|cause| Failure::io("cannot-write", output, &cause))?;
    drop(out);
    pending.commit()?;
    context.json(&json!({
        "output": shown(output),
        "kind": schema.kind(),
        "list": schema.id(),
        "title": schema.title(),
    }))?;
    let list = arg("list", schema.title().to_owned());
    let path = arg("path", shown(output));
    let text = context.messages.text("template-written", &[list, path]);
    context.marked(Mark::Good, &text)?;
    Ok(Exit::Good)
}

/// Told no list, the command tells which there are.
fn tell_all(schemas: &SchemaSet, context: &mut Context) -> Result<Exit, Failure> {
    let lists: Vec<_> = schemas
        .iter()
        .map(|schema| {
            json!({
                "kind": schema.kind(),
                "list": schema.id(),
                "title": schema.title(),
            })
        })
        .collect();
    context.json(&json!({ "lists": lists }))?;
    let header = ["fact-kind", "column-list"].map(|key| context.messages.word(key));
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut last = None;
    for schema in schemas.iter() {
        let named = match last.replace(schema.kind()) == Some(schema.kind()) {
            true => String::new(),
            false => kinds::title_and_code(schema.kind().as_str(), &context.messages),
        };
        rows.push(vec![named, schema.title().to_owned()]);
    }
    context.table(&header, &rows)?;
    context.say("template-how", &[])?;
    Ok(Exit::Good)
}
