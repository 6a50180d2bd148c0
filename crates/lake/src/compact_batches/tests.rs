//! Rows are the same after, and the bytes of what is no row are in no buffer.

use arrow_array::{
    Int32Array, ListArray,
    builder::{Int32Builder, ListBuilder, MapBuilder, StringBuilder},
    types::Int32Type,
};
use arrow_schema::{Field, Schema};
use proptest::prelude::*;

use super::*;

const CANARY: &str = "canary-in-the-coal-mine";

/// A column of each kind that an answer may have, of `secrets` at the places that will be removed.
fn columns(values: &[Option<String>]) -> Vec<(&'static str, ArrayRef)> {
    let texts: StringArray = values.iter().map(Option::as_deref).collect();
    let mut lists = ListBuilder::new(StringBuilder::new());
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    for value in values {
        match value {
            Some(value) => {
                lists.append_value([Some(value.as_str()), None, Some("x")]);
                maps.keys().append_value(value);
                maps.values().append_value(1);
                maps.append(true).expect("appends");
            }
            None => {
                lists.append_null();
                maps.append(false).expect("appends");
            }
        }
    }
    let dictionary: DictionaryArray<Int32Type> = values.iter().map(Option::as_deref).collect();
    let fields = vec![Field::new("text", DataType::Utf8, true), Field::new("list", list_type(), true)];
    let lists: ArrayRef = Arc::new(lists.finish());
    let structs = StructArray::new(fields.into(), vec![Arc::new(texts.clone()), Arc::clone(&lists)], None);
    vec![
        ("view", Arc::new(values.iter().map(Option::as_deref).collect::<StringViewArray>())),
        ("binary", Arc::new(values.iter().map(|value| value.as_deref().map(str::as_bytes)).collect::<BinaryArray>())),
        ("dictionary", Arc::new(dictionary)),
        ("map", Arc::new(maps.finish())),
        ("struct", Arc::new(structs)),
        ("list", lists),
        ("text", Arc::new(texts)),
    ]
}

fn list_type() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true)))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let fields = columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true));
    let schema = Schema::new(fields.collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), columns.into_iter().map(|(_, column)| column).collect()).expect("a batch")
}

/// Bytes of all buffers, and of the batch as it travels.
fn bytes(batch: &RecordBatch) -> Vec<u8> {
    fn gather(data: &arrow_data::ArrayData, into: &mut Vec<u8>) {
        data.buffers().iter().for_each(|buffer| into.extend_from_slice(buffer.as_slice()));
        data.child_data().iter().for_each(|child| gather(child, into));
    }
    let mut all = Vec::new();
    batch.columns().iter().for_each(|column| gather(&column.to_data(), &mut all));
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut all, &batch.schema()).expect("begins");
    writer.write(batch).expect("writes");
    writer.finish().expect("ends");
    drop(writer);
    all
}

fn holds_canary(bytes: &[u8]) -> bool {
    bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
}

proptest! {
    #[test]
    fn bytes_of_removed_rows_are_in_no_buffer(
        rows in prop::collection::vec((any::<bool>(), prop::option::of("[a-z]{0,20}")), 1..60),
        slice in any::<prop::sample::Index>(),
        nulls in any::<bool>(),
    ) {
        let values: Vec<Option<String>> = rows
            .iter()
            .zip(0..)
            .map(|((keep, text), n): (_, usize)| if *keep { text.clone() } else { Some(format!("{CANARY}-{n}")) })
            .collect();
        let whole = batch(columns(&values));
        let kept: BooleanArray = rows.iter().map(|(keep, _)| Some(*keep)).collect();
        let removed = if nulls {
            // Rows stay, and what is in them goes under a null.
            let not = BooleanArray::from_iter(rows.iter().map(|(keep, _)| Some(!keep)));
            let columns = whole.columns().iter().map(|column| arrow_select::nullif::nullif(column, &not).expect("nulls"));
            RecordBatch::try_new(whole.schema(), columns.collect()).expect("a batch")
        } else {
            arrow_select::filter::filter_record_batch(&whole, &kept).expect("filters")
        };
        let from = slice.index(removed.num_rows() + 1);
        let sliced = removed.slice(from, removed.num_rows() - from);
        let compact = compact(&sliced).expect("compacts");
        prop_assert_eq!(&compact, &sliced);
        prop_assert!(!holds_canary(&bytes(&compact)));
    }
}

#[test]
fn numbers_under_nulls_and_outside_of_slices_are_gone() {
    let secret = 0x5ec4_e701_i32;
    let numbers = Int32Array::new(vec![1, secret, secret, 4].into(), Some(vec![true, false, true, true].into()));
    let sliced = numbers.slice(0, 2);
    let compact = compact(&batch(vec![("n", Arc::new(sliced.clone()))])).expect("compacts");
    assert_eq!(compact.column(0).as_primitive::<Int32Type>(), &sliced);
    let secret = secret.to_le_bytes();
    assert!(!bytes(&compact).windows(4).any(|window| window == secret));
}

#[test]
fn a_column_of_no_known_kind_does_not_leave() {
    let ends = Int32Array::from(vec![1, 2]);
    let runs = arrow_array::RunArray::<Int32Type>::try_new(&ends, &StringArray::from(vec!["a", "b"])).expect("runs");
    assert!(compact(&batch(vec![("runs", Arc::new(runs))])).is_err());
    let mut deep: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    for _ in 0..MOST_NESTING {
        let field = Arc::new(Field::new_list_field(deep.data_type().clone(), true));
        deep = Arc::new(ListArray::new(field, OffsetBuffer::from_lengths([1]), deep, None));
    }
    assert!(compact(&batch(vec![("deep", deep)])).is_err());
}
