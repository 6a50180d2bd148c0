//! How a lake is opened: limits for queries and writing, with the reasons for the defaults.

use std::{collections::BTreeMap, num::NonZeroUsize, path::PathBuf};

/// Settings of a [`crate::Lake`]; `Options::default()` suits a laptop.
#[derive(Debug, Clone)]
pub struct Options {
    /// Memory that all running queries share, in bytes. Beyond it sorts, joins and aggregates spill or fail.
    pub query_memory_bytes: usize,
    /// Folder for what queries spill; a temporary folder of the system where not given.
    pub spill_folder: Option<PathBuf>,
    /// Most bytes that spilled data may take on disk.
    pub spill_bytes: u64,
    /// Footers and page indexes of Parquet files kept in memory, in bytes: what makes the second hunt fast.
    pub metadata_cache_bytes: usize,
    /// Threads for writing Parquet, and partitions of a query.
    pub threads: usize,
    /// Rows of one data file at most when appending; bounds memory while encoding.
    pub append_file_rows: usize,
    /// Files grow to about this size by compaction, in bytes: large enough for long scans, small enough to rewrite.
    pub compact_file_bytes: u64,
    /// Settings of the object store (`aws_region`, `aws_endpoint`, `azure_storage_account_name` ...), as the
    /// `object_store` crate names them. Unused for a local folder.
    pub storage: BTreeMap<String, String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            query_memory_bytes: 768 << 20,
            spill_folder: None,
            spill_bytes: 20 << 30,
            metadata_cache_bytes: 128 << 20,
            threads: std::thread::available_parallelism().map_or(2, NonZeroUsize::get),
            append_file_rows: 1 << 20,
            compact_file_bytes: 128 << 20,
            storage: BTreeMap::new(),
        }
    }
}
