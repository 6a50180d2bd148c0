//! Somebody else's fuzzer (Schemathesis) on our description: no server error, no status, form or field of which the
//! description knows nothing, and nothing taken that it forbids.

use std::process::Command;

use super::{access, client::Server};
use crate::home::Home;

/// What is looked at in each answer. That all it permits is taken is not: whether an id, a filter or SQL means
/// something is not to be seen in its form.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance,negative_data_rejection,unsupported_method,ignored_auth";

#[test]
fn a_fuzzer_finds_nothing_that_the_description_does_not_say() {
    let Some(python) = std::env::var_os("MARGAY_PYTHON").filter(|python| !python.is_empty()) else {
        eprintln!("SKIPPED: MARGAY_PYTHON names no Python with schemathesis; `make test` installs one");
        return;
    };
    let known = Command::new(&python).args(["-c", "import schemathesis"]).output().expect("runs");
    if !known.status.success() {
        eprintln!("SKIPPED: {} has no schemathesis; `make test` installs it", python.display());
        return;
    }
    let home = Home::new();
    access::events(&home);
    let server = Server::start(&home);
    server.set_up("ann");
    let key = home.ok(&["keys", "create", "fuzzer", "--for", "ann"]);
    let key = key.lines().find(|line| line.starts_with("mgy_")).expect("a key");

    let output = Command::new(&python)
        .args(["-m", "schemathesis.cli", "run"])
        .arg(format!("http://{}/api/v1/openapi.json", server.address))
        .args(["--header", &format!("Authorization: Bearer {key}"), "--checks", CHECKS])
        .args(["--phases", "coverage,fuzzing", "--max-examples", "30", "--seed", "7"])
        // A stream lasts for minutes; a key that revokes itself, or signs itself out, finds nothing any more.
        .args(["--exclude-path", "/api/v1/stream", "--exclude-path", "/api/v1/keys/{id}"])
        .args(["--request-timeout", "30", "--continue-on-failure", "--no-color"])
        .current_dir(home.folder.path())
        .output()
        .expect("runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    let still = server.stranger().with("authorization", &format!("Bearer {key}")).get("/api/v1/session");
    assert_eq!(still.status, 200, "the key was good to the end");
}
