//! Where the lake lies: a local folder (with every write synced to the device) or an object store by its URL.

use std::{path::Path as Folder, sync::Arc};

use object_store::{ObjectStore, memory::InMemory, parse_url_opts, prefix::PrefixStore};
use url::Url;

use crate::{
    Options,
    durable::DurableFolder,
    error::{Context, Error, Result},
};

/// The object store whose `/` is the root of the lake.
///
/// `root` is a path, or a URL: `file:///var/lib/margay/lake`, `s3://bucket/lake`, `gs://...`, `az://...`,
/// `memory:///`.
pub(crate) fn open(root: &str, options: &Options) -> Result<Arc<dyn ObjectStore>> {
    let url = match Url::parse(root) {
        // `C:\lake` parses as a URL with scheme `c`.
        Ok(url) if url.scheme().len() > 1 => url,
        _ => return local(Folder::new(root)),
    };
    match url.scheme() {
        "file" => {
            let folder = url.to_file_path();
            let folder = folder.map_err(|()| Error::request(format!("\"{root}\" does not name a local folder")))?;
            local(&folder)
        }
        "memory" => Ok(Arc::new(InMemory::new())),
        _ => remote(&url, options),
    }
}

fn local(folder: &Folder) -> Result<Arc<dyn ObjectStore>> {
    let store = DurableFolder::open(folder).context(|| format!("could not open lake \"{}\"", folder.display()))?;
    Ok(Arc::new(store))
}

fn remote(url: &Url, options: &Options) -> Result<Arc<dyn ObjectStore>> {
    let (store, prefix) = parse_url_opts(url, options.storage.iter().map(|(key, value)| (key, value.clone())))
        .context(|| format!("could not open lake \"{url}\""))
        .map_err(|error| error.with_hint("Give a folder, or a URL of s3://, gs://, az:// or memory://."))?;
    Ok(Arc::new(PrefixStore::new(store, prefix)))
}
