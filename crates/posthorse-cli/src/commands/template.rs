//! `posthorse template`: an empty workbook for an office to fill in.

use std::io::{BufWriter, Write};

use posthorse_domain::{Areas, write_template_workbook};
use serde_json::json;

use crate::args;
use crate::clock;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{PendingFile, Privacy};
use crate::language::arg;
use crate::lists;
use crate::output::{Context, Mark};
use crate::workbooks;

pub(crate) fn run(arguments: &args::Template, context: &mut Context) -> Result<Exit, Failure> {
    workbooks::require_workbook_name(&arguments.output)?;
    let schemas = lists::schemas()?;
    let schema = lists::choose(&schemas, &arguments.kind, arguments.list.as_deref())?;
    let mut pending = PendingFile::create(&arguments.output, Privacy::Public)?;
    let mut out = BufWriter::new(pending.file());
    let today = clock::civil_date(context.now);
    let written = write_template_workbook(schema, Areas::built_in(), today, &mut out);
    written.map_err(|error| workbooks::cannot_write(&arguments.output, &error))?;
    out.flush()
        .map_err(|cause| Failure::io("cannot-write", &arguments.output, &cause))?;
    drop(out);
    pending.commit()?;
    context.json(&json!({
        "output": shown(&arguments.output),
        "kind": schema.kind(),
        "list": schema.id(),
        "title": schema.title(),
    }))?;
    let list = arg("list", schema.title().to_owned());
    let path = arg("path", shown(&arguments.output));
    let text = context.messages.text("template-written", &[list, path]);
    context.marked(Mark::Good, &text)?;
    Ok(Exit::Good)
}
