//! `margay attribute`: who may be behind a campaign, by competing hypotheses.

use std::process::ExitCode;

use clap::Args;
use engine::{ActorEvidence, Attribution, Error, Result};

use super::Global;
use crate::output::{self, Table, bold, visible};

/// Weigh every known group, and "nobody in our list", against what is known of a campaign
///
/// Groups, their techniques and their software are those of MITRE ATT&CK: what Margay brings, or what
/// `margay intel load` has read from MITRE's bundle.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  margay attribute 3f2a
  margay attribute --techniques T1059.001,T1071.001,T1003.001 --software 'Cobalt Strike'
  margay attribute --names 'Fancy Bear' --json")]
pub(crate) struct Attribute {
    /// Id of a campaign, or a beginning of it that is unique
    campaign: Option<String>,
    /// ATT&CK techniques that were seen, beside those of the campaign
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    techniques: Vec<String>,
    /// Malware and tools, by name or ATT&CK id
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    software: Vec<String>,
    /// Names of actors that sources claim for what was met
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    names: Vec<String>,
    /// How far those claims are to be trusted, 0 to 100
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u8).range(0..=100))]
    confidence: u8,
    /// Measure it instead: campaigns whose group is known, each left out of what is known in turn; prints Markdown
    #[arg(long, conflicts_with_all = ["campaign", "techniques", "software", "names"])]
    measure: bool,
}

impl Attribute {
    pub(crate) async fn run(self, global: &Global) -> Result<ExitCode> {
        let trimmed = |texts: &[String]| {
            texts.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
        };
        let evidence = ActorEvidence {
            techniques: trimmed(&self.techniques),
            software: trimmed(&self.software),
            names: self.names.iter().map(|name| (name.trim().to_owned(), self.confidence)).collect(),
        };
        if self.measure {
            return measure(global).await;
        }
        if self.campaign.is_none() && evidence.is_empty() {
            return Err(Error::usage("there is nothing to attribute")
                .hint("name a campaign (`margay campaigns list`), or --techniques, --software or --names"));
        }
        let engine = global.engine().await?;
        let told = engine.attribute(self.campaign.as_deref(), evidence).await?;
        engine.close().await;
        if global.json {
            output::json(&told)?;
        } else {
            print(&told)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn measure(global: &Global) -> Result<ExitCode> {
    let engine = global.engine().await?;
    let measured = engine.measure_attribution().await?;
    engine.close().await;
    if global.json {
        measured.iter().try_for_each(output::json)?;
        return Ok(ExitCode::SUCCESS);
    }
    output::line(
        "| known | by | cases | first | of first 3 | mean 1/rank | log loss | named | right of named | refused |",
    )?;
    output::line("|---|---|---|---|---|---|---|---|---|---|")?;
    let share = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    for one in &measured {
        let techniques = one.techniques.map_or_else(|| "all techniques".to_owned(), |n| format!("{n} techniques"));
        let software = if one.with_software { " and software" } else { "" };
        output::line(format!(
            "| {techniques}{software} | {} | {} | {:.2} | {:.2} | {:.2} | {} | {} | {} | {} |",
            one.method,
            one.n_cases,
            one.top_1,
            one.top_3,
            one.reciprocal_rank,
            share(one.log_loss),
            share(one.named),
            share(one.right_of_named),
            share(one.refused),
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Items of the matrix that are printed; `--json` has all.
const ITEMS_SHOWN: usize = 20;

fn print(told: &Attribution) -> Result<()> {
    output::line(format!("{}\n", bold(&visible(&told.verdict))))?;
    let mut table = Table::new(&["", "hypothesis", "id", "probability", "in words", "also claimed as"]).numbers(&[3]);
    for (hypothesis, letter) in told.hypotheses.iter().zip('A'..='Z') {
        let aliases: Vec<String> = hypothesis.aliases.iter().take(3).map(|name| visible(name)).collect();
        table.row([
            letter.to_string(),
            visible(&hypothesis.name),
            hypothesis.group.clone().unwrap_or_default(),
            format!("{:.3}", hypothesis.probability),
            hypothesis.words.clone(),
            aliases.join(", "),
        ]);
    }
    table.print()?;
    if !told.matrix.is_empty() {
        matrix(told)?;
    }
    if !told.unused.is_empty() {
        let names: Vec<String> = told.unused.iter().map(|name| visible(name)).collect();
        output::remark(format!("Of nobody in the list, and no evidence for or against anybody: {}", names.join(", ")));
    }
    Ok(())
}

/// Evidence against hypotheses, in bits, the most telling first.
fn matrix(told: &Attribution) -> Result<()> {
    output::line(format!("\n{}", bold("Bits for (+) or against (-) each hypothesis")))?;
    let letters: Vec<String> = told.hypotheses.iter().zip('A'..='Z').map(|(_, letter)| letter.to_string()).collect();
    let mut columns = vec!["evidence"];
    columns.extend(letters.iter().map(String::as_str));
    columns.push("without it");
    let numbers: Vec<usize> = (1..=letters.len()).collect();
    let mut table = Table::new(&columns).numbers(&numbers);
    for item in told.matrix.iter().take(ITEMS_SHOWN) {
        let mut row = vec![format!("{} {}", item.kind, visible(&item.item))];
        row.extend(item.bits.iter().map(|bits| format!("{bits:+.2}")));
        row.push(format!("{} {:.0} %", visible(&item.without.0), item.without.1 * 100.0));
        table.row(row);
    }
    table.print()?;
    if told.matrix.len() > ITEMS_SHOWN {
        output::remark(format!("{} more items with --json", told.matrix.len() - ITEMS_SHOWN));
    }
    Ok(())
}
