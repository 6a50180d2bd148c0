//! What the calls of an hour say of each caller. Output: sightings for `habits`.

use std::net::IpAddr;

use arrow_array::RecordBatch;

use super::grave;
use crate::{
    Error,
    habits::digest::{Habits, Places},
    query::literal,
    telemetry::{
        Text, accounts,
        columns::{bools, present},
        network,
    },
};

/// Callers that are the provider itself.
const PROVIDERS_OWN: [&str; 3] = ["awsservice", "service", "system"];

const ARN: &str = "arn:";

/// Begins the last part of an ARN of a role that somebody has taken on; a session's name follows the role's.
const ASSUMED: &str = ":assumed-role/";

pub(super) fn take(habits: &mut Habits, table: &'static str, rows: &RecordBatch) -> Result<(), Error> {
    let places = Places::of(table, rows)?;
    let text = |name| Text::of(rows, name);
    let (service, operation, error) = (text("service")?, text("operation")?, text("error")?);
    let (user, user_id, user_type) = (text("user")?, text("user_id")?, text("user_type")?);
    let (src_ip, country, user_agent, region) =
        (text("src_ip")?, text("country")?, text("user_agent")?, text("region")?);
    let success = bools(rows, "success")?;
    for row in 0..places.len() {
        let own = user_type.get(row).is_some_and(|kind| PROVIDERS_OWN.contains(&kind.to_lowercase().as_str()));
        let (false, Some(place), Some(operation)) = (own, places.at(row), operation.get(row)) else { continue };
        let caller = caller(user_id.get(row), user.get(row));
        let service = service.get(row).unwrap_or_default();
        let service = service.split('.').next().unwrap_or(service);
        let mut show = |aspect, item: &str| habits.show(place, caller, aspect, item);
        if present(success, row) == Some(false) {
            let error = error.get(row).unwrap_or("refused");
            show("refusal", &format!("{service} {operation} ({})", short(error)));
        } else {
            show("operation", &format!("{service} {operation}"));
            if let Some(aspect) = grave::aspect(operation) {
                show(aspect, operation);
            }
        }
        let ip = src_ip.get(row).and_then(|text| text.parse::<IpAddr>().ok()).filter(|ip| !network::inside(*ip));
        show("network", &ip.map(accounts::network_of).unwrap_or_default());
        show("country", &country.get(row).unwrap_or_default().to_ascii_uppercase());
        show("region", region.get(row).unwrap_or_default());
        show("client", client(user_agent.get(row).unwrap_or_default()));
    }
    Ok(())
}

/// The id where there is one; of a role the role, whatever the session is called.
fn caller<'a>(user_id: Option<&'a str>, user: Option<&'a str>) -> &'a str {
    let Some(id) = user_id.filter(|id| !id.is_empty()) else { return user.unwrap_or_default() };
    let Some(place) = id.find(ASSUMED) else { return id };
    let name = place + ASSUMED.len();
    let end = id.get(name..).and_then(|rest| rest.find('/')).map_or(id.len(), |slash| name + slash);
    id.get(..end).unwrap_or(id)
}

/// What people call a caller: the user or role that an ARN ends with, as other logs name it.
pub(super) fn name(caller: &str) -> &str {
    let last = if caller.starts_with(ARN) { caller.rsplit(['/', ':']).next() } else { None };
    last.filter(|name| !name.is_empty()).unwrap_or(caller)
}

/// Rows of a caller as [`caller`] names it.
pub(super) fn condition(caller: &str) -> String {
    let exact = literal(caller);
    if caller.contains(ASSUMED) {
        return format!("starts_with(user_id, {})", literal(&format!("{caller}/")));
    }
    format!("(user_id = {exact} OR \"user\" = {exact})")
}

/// The program of a client, without versions and what it runs on.
fn client(user_agent: &str) -> &str {
    let inner = user_agent.trim_start_matches('[').trim_end_matches(']');
    inner.split(['/', ' ', '#']).next().unwrap_or(inner)
}

/// The word of an error, without its explanation.
fn short(error: &str) -> &str {
    error.split([' ', ':', ',']).next().unwrap_or(error)
}
