//! A local folder as an object store in which a write that has returned survives power loss.
//!
//! `object_store`'s own local store never syncs. Here data reaches the device *before* the name appears (so a
//! commit file is never empty after a crash) and the folder is synced after it. Data files are of use to nobody before
//! a commit names them, so their folders are synced together just before that commit.

use std::{
    collections::BTreeSet,
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    ops::Range,
    path::{Path as Folder, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart, local::LocalFileSystem,
    path::Path,
};

const NAME: &str = "local folder";

/// Where a Delta table keeps its commits.
const LOG_FOLDER: &str = "_delta_log";

/// See the module.
#[derive(Debug)]
pub(crate) struct DurableFolder {
    root: PathBuf,
    files: LocalFileSystem,
    unsynced: Arc<Unsynced>,
}

/// Folders with names of data files that may not be on the device yet.
#[derive(Debug, Default)]
struct Unsynced(Mutex<BTreeSet<PathBuf>>);

impl Unsynced {
    /// Notes a folder that has a new name in it, and those between it and the root: they may be new themselves.
    fn note(&self, root: &Folder, folder: &Folder) {
        let above = folder.ancestors().take_while(|above| above.starts_with(root) && *above != root);
        self.lock().extend(above.map(Folder::to_owned));
    }

    /// Syncs the folders of one table. Its commits never run side by side (`TableLog::committing`), so none appears
    /// while folders that it counts on are still being synced for another.
    fn sync(&self, table: &Folder) -> io::Result<()> {
        let folders: Vec<PathBuf> = self.lock().extract_if(.., |folder| folder.starts_with(table)).collect();
        let failure = folders.iter().find_map(|folder| sync_folder(folder).err());
        let Some(error) = failure else { return Ok(()) };
        self.lock().extend(folders);
        Err(error)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DurableFolder {
    /// Opens the folder and creates it where it is missing.
    pub(crate) fn open(root: &Folder) -> Result<Self> {
        fs::create_dir_all(root).map_err(failed)?;
        let root = root.canonicalize().map_err(failed)?;
        let files = LocalFileSystem::new_with_prefix(&root)?;
        Ok(Self { root, files, unsynced: Arc::default() })
    }
}

impl fmt::Display for DurableFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.root.display())
    }
}

#[async_trait]
impl ObjectStore for DurableFolder {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        let target = self.files.path_to_filesystem(location)?;
        let (root, unsynced) = (self.root.clone(), Arc::clone(&self.unsynced));
        in_background(move || put(&root, &unsynced, &target, &payload, &opts.mode)).await
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        let target = self.files.path_to_filesystem(location)?;
        let upload = self.files.put_multipart_opts(location, opts).await?;
        Ok(Box::new(SyncedUpload { upload, target, root: self.root.clone() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.files.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.files.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        in_order(self.files.list(prefix))
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        in_order(self.files.list_with_offset(prefix, offset))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let target = self.files.path_to_filesystem(to)?;
        self.files.copy_opts(from, to, options).await?;
        let root = self.root.clone();
        in_background(move || sync(&root, &target)).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        let target = self.files.path_to_filesystem(to)?;
        self.files.rename_opts(from, to, options).await?;
        let root = self.root.clone();
        in_background(move || sync(&root, &target)).await
    }
}

/// Readers of a Delta log count on the order in which object stores list; a folder has none of its own.
fn in_order(listed: BoxStream<'static, Result<ObjectMeta>>) -> BoxStream<'static, Result<ObjectMeta>> {
    let sorted = async move {
        let mut files: Vec<ObjectMeta> = listed.try_collect().await?;
        files.sort_unstable_by(|a, b| a.location.cmp(&b.location));
        Ok::<_, Error>(stream::iter(files.into_iter().map(Ok)))
    };
    stream::once(sorted).try_flatten().boxed()
}

/// An upload in parts whose file and folder are synced before `complete` returns.
#[derive(Debug)]
struct SyncedUpload {
    upload: Box<dyn MultipartUpload>,
    target: PathBuf,
    root: PathBuf,
}

#[async_trait]
impl MultipartUpload for SyncedUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.upload.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let result = self.upload.complete().await?;
        let (root, target) = (self.root.clone(), self.target.clone());
        in_background(move || sync(&root, &target)).await?;
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}

fn put(root: &Folder, unsynced: &Unsynced, target: &Folder, payload: &PutPayload, mode: &PutMode) -> Result<PutResult> {
    let overwrite = match mode {
        PutMode::Overwrite => true,
        PutMode::Create => false,
        PutMode::Update(_) => {
            return Err(Error::NotImplemented { operation: "conditional update".into(), implementer: NAME.into() });
        }
    };
    let folder = target.parent().unwrap_or(root);
    let is_log = folder.ends_with(LOG_FOLDER);
    if is_log {
        make_folder(root, folder).map_err(failed)?;
        unsynced.sync(folder.parent().unwrap_or(root)).map_err(failed)?;
    } else {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let staged = staging_name(target);
    let written = write_synced(&staged, payload).and_then(|()| {
        // A hard link fails where the name exists: that is what makes one writer win a version.
        if overwrite { fs::rename(&staged, target) } else { fs::hard_link(&staged, target) }
    });
    let renamed = overwrite && written.is_ok();
    if !renamed && let Err(error) = fs::remove_file(&staged) {
        tracing::debug!(file = %staged.display(), %error, "staged file left behind");
    }
    match written {
        Ok(()) => {
            if is_log {
                sync_folder(folder).map_err(failed)?;
            } else {
                unsynced.note(root, folder);
            }
            Ok(PutResult { e_tag: None, version: None })
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Error::AlreadyExists { path: target.display().to_string(), source: error.into() })
        }
        Err(error) => Err(failed(error)),
    }
}

/// A name beside the target that no listing of `object_store` shows: it hides names that end in `#<number>`.
fn staging_name(target: &Folder) -> PathBuf {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let mut name = target.as_os_str().to_owned();
    name.push(format!("#{}{number:09}", std::process::id()));
    PathBuf::from(name)
}

fn write_synced(path: &Folder, payload: &PutPayload) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    for chunk in payload {
        file.write_all(chunk)?;
    }
    file.sync_all()
}

/// Syncs a file that already has its name, and its folder.
fn sync(root: &Folder, target: &Folder) -> Result<()> {
    File::open(target).and_then(|file| file.sync_all()).map_err(failed)?;
    sync_folders(root, target.parent().unwrap_or(root)).map_err(failed)
}

/// Creates the folder and syncs those above it, so that its name survives as well.
fn make_folder(root: &Folder, folder: &Folder) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    sync_folders(root, folder)
}

fn sync_folders(root: &Folder, folder: &Folder) -> io::Result<()> {
    for above in folder.ancestors().take_while(|above| above.starts_with(root)) {
        sync_folder(above)?;
    }
    Ok(())
}

fn sync_folder(folder: &Folder) -> io::Result<()> {
    // Elsewhere folders cannot be opened for syncing, and file systems write their names through.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn failed(error: io::Error) -> Error {
    Error::Generic { store: NAME, source: error.into() }
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::Generic { store: NAME, source: error.into() }),
    }
}
