//! Batches that hold nothing but their rows. A filter keeps the buffers of what it has removed: texts behind views,
//! entries of dictionaries, values outside of a slice and under nulls. All of that would travel with an answer.
//!
//! Everything is copied once, value by value, nested columns too. A kind of column that is not known here is an error and
//! not let through.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, BinaryArray, BinaryViewArray, BooleanArray, DictionaryArray,
    FixedSizeBinaryArray, FixedSizeListArray, GenericByteArray, GenericListArray, LargeBinaryArray, LargeStringArray,
    MapArray, NullArray, OffsetSizeTrait, PrimitiveArray, RecordBatch, RecordBatchOptions, StringArray,
    StringViewArray, StructArray, UInt64Array,
    builder::FixedSizeBinaryBuilder,
    cast::AsArray,
    downcast_integer, downcast_primitive_array,
    types::{ArrowDictionaryKeyType, ByteArrayType},
};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow_schema::DataType;
use arrow_select::take::take;

use crate::error::{Context, Error, Result};

/// Columns within columns; no table of ours nests deeper than two.
const MOST_NESTING: usize = 16;

/// The same rows in new buffers.
pub(crate) fn compact(batch: &RecordBatch) -> Result<RecordBatch> {
    let could_not = || "could not give the answer".to_owned();
    let columns = batch.columns().iter().map(|column| compact_array(column, MOST_NESTING));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(batch.schema(), columns, &options).context(could_not)
}

fn compact_array(array: &ArrayRef, nesting: usize) -> Result<ArrayRef> {
    let Some(inside) = nesting.checked_sub(1) else {
        return Err(Error::request("a column of the answer is nested too deeply"));
    };
    let array = array.as_ref();
    Ok(match array.data_type() {
        DataType::Null => Arc::new(NullArray::new(array.len())),
        DataType::Boolean => Arc::new(array.as_boolean().iter().collect::<BooleanArray>()),
        DataType::Utf8 => Arc::new(array.as_string::<i32>().iter().collect::<StringArray>()),
        DataType::LargeUtf8 => Arc::new(array.as_string::<i64>().iter().collect::<LargeStringArray>()),
        DataType::Utf8View => Arc::new(array.as_string_view().iter().collect::<StringViewArray>()),
        DataType::Binary => Arc::new(bytes(array.as_binary::<i32>()).collect::<BinaryArray>()),
        DataType::LargeBinary => Arc::new(bytes(array.as_binary::<i64>()).collect::<LargeBinaryArray>()),
        DataType::BinaryView => Arc::new(array.as_binary_view().iter().collect::<BinaryViewArray>()),
        DataType::FixedSizeBinary(width) => Arc::new(fixed(array.as_fixed_size_binary(), *width)?),
        DataType::List(_) => Arc::new(list(array.as_list::<i32>(), inside)?),
        DataType::LargeList(_) => Arc::new(list(array.as_list::<i64>(), inside)?),
        DataType::FixedSizeList(..) => Arc::new(fixed_list(array.as_fixed_size_list(), inside)?),
        DataType::Struct(_) => Arc::new(structs(array.as_struct(), inside)?),
        DataType::Map(..) => Arc::new(map(array.as_map(), inside)?),
        DataType::Dictionary(keys, _) => {
            macro_rules! dictionary_of {
                ($key:ty) => {
                    Arc::new(dictionary(array.as_dictionary::<$key>(), inside)?)
                };
            }
            downcast_integer! {
                keys.as_ref() => (dictionary_of),
                other => return Err(unknown(other)),
            }
        }
        _ => downcast_primitive_array!(
            array => Arc::new(primitive(array)),
            other => return Err(unknown(other)),
        ),
    })
}

fn unknown(kind: &DataType) -> Error {
    Error::request(format!("a column of the answer is a {kind}, which is not given out"))
        .with_hint("Cast it to a text.")
}

fn bytes<T: ByteArrayType>(array: &GenericByteArray<T>) -> impl Iterator<Item = Option<&T::Native>> {
    array.iter()
}

fn primitive<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>) -> PrimitiveArray<T> {
    let values = array.iter().map(Option::unwrap_or_default).collect::<Vec<_>>();
    PrimitiveArray::<T>::new(values.into(), nulls(array)).with_data_type(array.data_type().clone())
}

/// The nulls of an array, in a bitmap of their own.
fn nulls(array: &dyn Array) -> Option<NullBuffer> {
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0)?;
    Some(NullBuffer::new(BooleanBuffer::collect_bool(nulls.len(), |row| nulls.is_valid(row))))
}

fn fixed(array: &FixedSizeBinaryArray, width: i32) -> Result<FixedSizeBinaryArray> {
    let mut copied = FixedSizeBinaryBuilder::with_capacity(array.len(), width);
    for value in array.iter() {
        match value {
            Some(value) => copied.append_value(value).context(could_not)?,
            None => copied.append_null(),
        }
    }
    Ok(copied.finish())
}

fn could_not() -> String {
    "could not give the answer".to_owned()
}

/// The values at these places, in new buffers; null where there is no place.
fn at(values: &dyn Array, places: UInt64Array, nesting: usize) -> Result<ArrayRef> {
    compact_array(&take(values, &places, None).context(could_not)?, nesting)
}

fn list<O: OffsetSizeTrait>(array: &GenericListArray<O>, nesting: usize) -> Result<GenericListArray<O>> {
    let field = match array.data_type() {
        DataType::List(field) | DataType::LargeList(field) => Arc::clone(field),
        other => return Err(unknown(other)),
    };
    let (places, lengths) = inner_places(array.len(), |row| array.is_valid(row), array.value_offsets());
    let values = at(array.values(), places, nesting)?;
    let offsets = OffsetBuffer::<O>::from_lengths(lengths);
    GenericListArray::try_new(field, offsets, values, nulls(array)).context(could_not)
}

/// Places of the values that lists hold, and how many each holds; null lists hold none.
fn inner_places<O: OffsetSizeTrait>(
    n: usize,
    is_valid: impl Fn(usize) -> bool,
    offsets: &[O],
) -> (UInt64Array, Vec<usize>) {
    let mut places = Vec::new();
    let mut lengths = Vec::with_capacity(n);
    for (row, ends) in offsets.windows(2).enumerate().take(n) {
        let [from, to] = ends else { continue };
        let span = if is_valid(row) { from.as_usize()..to.as_usize() } else { 0..0 };
        lengths.push(span.len());
        places.extend(span.map(|place| place as u64));
    }
    (places.into(), lengths)
}

fn fixed_list(array: &FixedSizeListArray, nesting: usize) -> Result<FixedSizeListArray> {
    let DataType::FixedSizeList(field, size) = array.data_type() else { return Err(unknown(array.data_type())) };
    let width = usize::try_from(*size).unwrap_or(0);
    let places = (0..array.len()).flat_map(|row| {
        let from = usize::try_from(array.value_offset(row)).unwrap_or(0);
        let valid = array.is_valid(row);
        (from..from.saturating_add(width)).map(move |place| valid.then_some(place as u64))
    });
    let values = at(array.values(), places.collect(), nesting)?;
    FixedSizeListArray::try_new(Arc::clone(field), *size, values, nulls(array)).context(could_not)
}

/// Under a null there is nothing in any field either.
fn structs(array: &StructArray, nesting: usize) -> Result<StructArray> {
    let places: UInt64Array = (0..array.len()).map(|row| array.is_valid(row).then_some(row as u64)).collect();
    let columns = array.columns().iter().map(|column| at(column, places.clone(), nesting));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    StructArray::try_new_with_length(array.fields().clone(), columns, nulls(array), array.len()).context(could_not)
}

fn map(array: &MapArray, nesting: usize) -> Result<MapArray> {
    let DataType::Map(field, ordered) = array.data_type() else { return Err(unknown(array.data_type())) };
    let (places, lengths) = inner_places(array.len(), |row| array.is_valid(row), array.value_offsets());
    let entries = take(array.entries(), &places, None).context(could_not)?;
    let entries = structs(entries.as_struct(), nesting)?;
    MapArray::try_new(Arc::clone(field), OffsetBuffer::from_lengths(lengths), entries, nulls(array), *ordered)
        .context(could_not)
}

/// A dictionary of the values that are used, in the order in which they first are.
fn dictionary<K: ArrowDictionaryKeyType>(array: &DictionaryArray<K>, nesting: usize) -> Result<DictionaryArray<K>> {
    use arrow_buffer::ArrowNativeType;

    let mut new_places = vec![None; array.values().len()];
    let mut used: Vec<u64> = Vec::new();
    let mut keys = Vec::with_capacity(array.len());
    for key in array.keys() {
        let place = key.map(ArrowNativeType::as_usize).filter(|place| array.values().is_valid(*place));
        let Some(slot) = place.and_then(|place| new_places.get_mut(place)) else {
            keys.push(None);
            continue;
        };
        let new = *slot.get_or_insert_with(|| {
            used.push(place.unwrap_or_default() as u64);
            used.len() - 1
        });
        keys.push(K::Native::from_usize(new));
    }
    let values = at(array.values(), used.into(), nesting)?;
    let keys: PrimitiveArray<K> = keys.into_iter().collect();
    DictionaryArray::try_new(keys, values).context(could_not)
}

#[cfg(test)]
mod tests;
