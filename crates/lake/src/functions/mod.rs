//! SQL functions of our own, one file each. To add one: the file, its `mod` line, its line in [`ALL`].

mod domain_is_or_under;
mod ip_in_cidr;

use datafusion::logical_expr::ScalarUDF;

/// A function for SQL.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    /// How it is written: `ip_in_cidr(ip, cidr)`.
    pub usage: &'static str,
    /// What it answers, in a sentence.
    pub about: &'static str,
    pub(crate) udf: fn() -> ScalarUDF,
}

/// The only list of functions; sessions, help and completion iterate over it.
pub static ALL: &[&Function] = &[&domain_is_or_under::FUNCTION, &ip_in_cidr::FUNCTION];

/// Texts as plain columns, whichever of the three encodings they came in.
fn texts(
    args: &datafusion::logical_expr::ScalarFunctionArgs,
    index: usize,
) -> datafusion::error::Result<arrow_array::StringViewArray> {
    use arrow_array::cast::AsArray;

    let Some(arg) = args.args.get(index) else {
        return datafusion::common::exec_err!("argument {} is missing", index + 1);
    };
    let values = arg.clone().into_array(args.number_rows)?;
    let views = arrow_cast::cast(&values, &arrow_schema::DataType::Utf8View)?;
    Ok(views.as_string_view().clone())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::ALL;

    #[test]
    fn every_file_is_listed_under_its_own_name() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/functions");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("readable").path().file_stem().expect("named").to_string_lossy().into_owned())
            .filter(|name| name != "mod")
            .collect();
        let listed: BTreeSet<String> = ALL.iter().map(|function| function.name.to_owned()).collect();
        assert_eq!(files, listed, "functions/<name>.rs and ALL in functions/mod.rs must agree");
        for function in ALL {
            assert_eq!((function.udf)().name(), function.name);
            assert!(function.usage.starts_with(function.name));
        }
    }
}
