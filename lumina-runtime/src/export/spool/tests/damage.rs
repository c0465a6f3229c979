//! Torn and overwritten bytes: every one of a small segment.

use super::*;

const RECORDS: u32 = 4;

/// A segment of four small records that its process left behind.
fn left_behind(scratch: &Scratch) -> (PathBuf, Vec<u8>) {
    let mut store = store(scratch);
    (1..=RECORDS).for_each(|n| append(&mut store, n, 30).unwrap());
    drop(store);
    let [path] = scratch.segments().try_into().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    (path, bytes)
}

/// What the next process makes of `bytes`, and how many records it found damaged.
fn found(bytes: &[u8]) -> (Vec<SpoolRecord>, u64) {
    let scratch = Scratch::new();
    let (path, _) = left_behind(&scratch);
    std::fs::write(&path, bytes).unwrap();
    let mut store = store(&scratch);
    let found = drain(&mut store);
    let damaged = store.take_news().damaged_records;
    store.close();
    assert!(scratch.segments().is_empty(), "what was read stays behind");
    assert_eq!(scratch.quarantined() as u64, damaged);
    (found, damaged)
}

fn whole() -> Vec<SpoolRecord> {
    (1..=RECORDS).map(|n| record(n, 30)).collect()
}

#[test]
fn any_flipped_byte_costs_its_own_record_at_most_and_is_counted() {
    let (_, bytes) = left_behind(&Scratch::new());
    let record_bytes = (bytes.len() - 20) / RECORDS as usize;
    for at in 0..bytes.len() {
        for flip in [0xff, 1 << (at % 8)] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            let (found, count) = found(&damaged);
            let of = at.checked_sub(20).map(|at| at / record_bytes);
            let in_record = at.checked_sub(20).map_or(0, |at| at % record_bytes);
            // The state and the zeros behind it are under no checksum: a record that seems to be
            // pending is sent, and one flip does not make it seem settled.
            let is_harmless = of.is_none() || (24..28).contains(&in_record);
            let mut expected = whole();
            if let (false, Some(lost)) = (is_harmless, of) {
                expected.remove(lost);
            }
            assert_eq!(found, expected, "byte {at} ^ {flip:#x}");
            assert_eq!(count, u64::from(!is_harmless || of.is_none()), "byte {at}");
        }
    }
}

#[test]
fn a_segment_cut_anywhere_gives_every_record_that_is_whole() {
    let (_, bytes) = left_behind(&Scratch::new());
    let record_bytes = (bytes.len() - 20) / RECORDS as usize;
    for end in 0..bytes.len() {
        let (found, damaged) = found(&bytes[..end]);
        let whole_records = end.saturating_sub(20) / record_bytes;
        assert_eq!(found, whole()[..whole_records], "cut at {end}");
        let is_torn = end > 20 && (end - 20) % record_bytes != 0;
        assert_eq!(damaged, u64::from(is_torn), "cut at {end}");
    }
}

#[test]
fn garbage_between_records_costs_nothing_but_itself() {
    let (_, bytes) = left_behind(&Scratch::new());
    let record_bytes = (bytes.len() - 20) / RECORDS as usize;
    let at = 20 + 2 * record_bytes;
    // Longer than the reader's chunk, and full of starts of marks.
    let garbage: Vec<u8> = bytes[8..15].iter().copied().cycle().take(100_000).collect();
    let damaged = [&bytes[..at], &garbage, &bytes[at..]].concat();
    assert_eq!(found(&damaged), (whole(), 1));
}

#[test]
fn text_that_looks_like_a_record_of_another_segment_is_never_taken_for_one() {
    let scratch = Scratch::new();
    let (_, forged) = left_behind(&scratch);
    let other = Scratch::new();
    let mut store_of_other = store(&other);
    let payload = forged[20..].to_vec();
    store_of_other.append(&[SpoolRecord { payload, spans: 9 }], Instant::now()).unwrap();
    append(&mut store_of_other, 1, 30).unwrap();
    drop(store_of_other);
    let [path] = other.segments().try_into().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    // The forged record's own header is damaged: reading goes on inside its text.
    bytes[30] ^= 0xff;
    std::fs::write(&path, bytes).unwrap();
    let mut store = store(&other);
    assert_eq!(drain(&mut store), [record(1, 30)]);
}

#[test]
fn a_segment_of_a_later_version_is_left_alone() {
    let scratch = Scratch::new();
    let (path, mut bytes) = left_behind(&scratch);
    bytes[6] = 2;
    let crc = crc32fast::hash(&bytes[..16]);
    bytes[16..20].copy_from_slice(&crc.to_le_bytes());
    std::fs::write(&path, &bytes).unwrap();
    let mut store = store(&scratch);
    assert_eq!(drain(&mut store), []);
    store.close();
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_record_damaged_while_it_waits_is_counted_with_its_spans() {
    let scratch = Scratch::new();
    let mut store = store(&scratch);
    (1..=3).for_each(|n| append(&mut store, n, 100).unwrap());
    let [path] = scratch.segments().try_into().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let second = 20 + 128 + 28 + 50;
    bytes[second] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(numbers(&drain(&mut store)), [1, 3]);
    let news = store.take_news();
    assert_eq!((news.damaged_records, news.damaged_spans), (1, 2));
}

#[test]
fn a_directory_removed_under_our_feet_costs_what_was_in_it_and_no_more() {
    let scratch = Scratch::new();
    let mut store = store(&scratch);
    (1..=6).for_each(|n| append(&mut store, n, 50_000).unwrap());
    std::fs::remove_dir_all(&scratch.0).unwrap();
    for n in 7..=12 {
        append(&mut store, n, 50_000).unwrap();
    }
    let news_before = numbers(&drain(&mut store));
    let damaged = store.take_news().damaged_spans;
    let known = damaged + news_before.iter().map(|n| u64::from(*n)).sum::<u64>();
    assert_eq!(known, (1..=12).sum::<u64>(), "{news_before:?}, {damaged} damaged");
    assert!(news_before.ends_with(&[8, 9, 10, 11, 12]), "{news_before:?}");
}
