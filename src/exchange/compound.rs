//! OLE compound files, the wrapping of old workbooks: just enough to take one stream out and to wrap one up again.
//!
//! The workbook reader trusts what it finds in this wrapping. So the stream is taken out here, checked (see
//! `legacy`), and handed on in a fresh wrapping that holds nothing else: what was checked is what is read.

/// Marks of the sector table.
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;
const TABLE_SECTOR: u32 = 0xFFFF_FFFD;
/// The first of the marks; everything below is a sector number.
const FIRST_MARK: u32 = 0xFFFF_FFFA;
/// Streams shorter than this live in the small sectors.
const SMALL_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;
const HEADER: usize = 512;
/// How many entries of the sector table the header itself lists.
const LISTED: usize = 109;

/// The wrapping is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

struct Entry {
    name: String,
    start: u32,
    length: usize,
}

/// An opened compound file.
pub(crate) struct Compound<'bytes> {
    bytes: &'bytes [u8],
    sector: usize,
    table: Vec<u32>,
    small_table: Vec<u32>,
    small_sectors: Vec<u8>,
    entries: Vec<Entry>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|chunk| u32_at(chunk, 0))
}

impl<'bytes> Compound<'bytes> {
    /// Reads header, sector tables and directory.
    pub(crate) fn open(bytes: &'bytes [u8]) -> Result<Self, Broken> {
        Self::try_open(bytes).ok_or(Broken)
    }

    fn try_open(bytes: &'bytes [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file = Compound {
            bytes,
            sector,
            table: Vec::new(),
            small_table: Vec::new(),
            small_sectors: Vec::new(),
            entries: Vec::new(),
        };
        let mut listed: Vec<u32> = numbers(bytes.get(76..HEADER)?).collect();
        let mut next = u32_at(bytes, 68)?;
        let mut steps = bytes.len() / sector + 1;
        while next < FIRST_MARK {
            steps = steps.checked_sub(1)?;
            let list: Vec<u32> = numbers(file.sector(next)?).collect();
            let (last, others) = list.split_last()?;
            listed.extend(others);
            next = *last;
        }
        for number in listed.into_iter().filter(|number| *number < FIRST_MARK) {
            if file.table.len() > bytes.len() {
                return None;
            }
            let entries: Vec<u32> = numbers(file.sector(number)?).collect();
            file.table.extend(entries);
        }
        let directory = file.chain(u32_at(bytes, 48)?, usize::MAX)?;
        file.entries = directory.chunks_exact(128).filter_map(|entry| file.entry(entry)).collect();
        if u32_at(bytes, 64)? > 0 {
            let root = file.entries.first()?;
            let (start, length) = (root.start, root.length);
            file.small_sectors = file.chain(start, length)?;
            file.small_table = numbers(&file.chain(u32_at(bytes, 60)?, usize::MAX)?).collect();
        }
        Some(file)
    }

    fn entry(&self, entry: &[u8]) -> Option<Entry> {
        let units: Vec<u16> = entry.get(..64)?.chunks_exact(2).filter_map(|chunk| u16_at(chunk, 0)).collect();
        let name = String::from_utf16_lossy(units.split(|unit| *unit == 0).next()?);
        let high = if self.sector == 512 { 0 } else { size_at(entry, 124)? };
        if high > 0 {
            return None;
        }
        Some(Entry { name, start: u32_at(entry, 116)?, length: size_at(entry, 120)? })
    }

    /// A sector; the last one of the file may be cut short.
    fn sector(&self, number: u32) -> Option<&'bytes [u8]> {
        let start = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// The content of a chain of sectors, at most `length` bytes of it.
    fn chain(&self, start: u32, length: usize) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        let mut next = start;
        // A chain that runs in a circle would never end.
        let mut steps = self.table.len() + 1;
        while next != END_OF_CHAIN && content.len() < length {
            steps = steps.checked_sub(1)?;
            content.extend_from_slice(self.sector(next)?);
            next = *self.table.get(usize::try_from(next).ok()?)?;
        }
        content.truncate(length);
        Some(content)
    }

    fn small_chain(&self, start: u32, length: usize) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        let mut next = start;
        let mut steps = self.small_table.len() + 1;
        while next != END_OF_CHAIN && content.len() < length {
            steps = steps.checked_sub(1)?;
            let index = usize::try_from(next).ok()?;
            let at = index.checked_mul(SMALL_SECTOR)?;
            let end = at.checked_add(SMALL_SECTOR)?.min(self.small_sectors.len());
            content.extend_from_slice(self.small_sectors.get(at..end)?);
            next = *self.small_table.get(index)?;
        }
        content.truncate(length);
        Some(content)
    }

    /// Whether there is a stream or folder of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The content of a stream.
    pub(crate) fn stream(&self, name: &str) -> Result<Vec<u8>, Broken> {
        let entry = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)).ok_or(Broken)?;
        let content = if entry.length < SMALL_STREAM {
            self.small_chain(entry.start, entry.length)
        } else {
            self.chain(entry.start, entry.length)
        };
        content.ok_or(Broken)
    }
}

/// Wraps one stream up as the workbook of a fresh compound file. Large sectors are used because then the header
/// alone lists tables for more bytes than we ever read.
pub(crate) fn wrap(stream: &[u8]) -> Result<Vec<u8>, Broken> {
    const SECTOR: usize = 4096;
    const PER_TABLE: usize = SECTOR / 4;
    // A shorter stream would belong in small sectors; the zeros behind the workbook's end record are not read.
    let length = stream.len().max(SMALL_STREAM);
    let stream_sectors = length.div_ceil(SECTOR);
    // The directory takes one sector, and the table must list its own sectors too.
    let tables = (stream_sectors + 1).div_ceil(PER_TABLE - 1);
    if tables > LISTED {
        return Err(Broken);
    }
    let number = |value: usize| u32::try_from(value).map_err(|_| Broken);
    let directory = tables;
    let first = tables + 1;

    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.resize(24, 0);
    for half in [0x3e_u16, 4, 0xfffe, 12, 6] {
        file.extend(half.to_le_bytes());
    }
    file.resize(40, 0);
    let small_limit = number(SMALL_STREAM)?;
    for word in [1, number(tables)?, number(directory)?, 0, small_limit, END_OF_CHAIN, 0, END_OF_CHAIN, 0] {
        file.extend(word.to_le_bytes());
    }
    for index in 0..LISTED {
        let entry = if index < tables { number(index)? } else { FREE };
        file.extend(entry.to_le_bytes());
    }
    file.resize(SECTOR, 0);

    let mut table = vec![TABLE_SECTOR; tables];
    table.push(END_OF_CHAIN);
    for index in 1..stream_sectors {
        table.push(number(first + index)?);
    }
    table.push(END_OF_CHAIN);
    table.resize(tables * PER_TABLE, FREE);
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));

    let entry = |name: &str, kind: u8, child: u32, start: u32, length: u64| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let name_length = u16::try_from(entry.len() + 2).unwrap_or(0);
        entry.resize(64, 0);
        entry.extend(name_length.to_le_bytes());
        entry.extend([kind, 1]);
        for link in [FREE, FREE, child] {
            entry.extend(link.to_le_bytes());
        }
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(length.to_le_bytes());
        entry
    };
    let end = file.len() + SECTOR;
    file.extend(entry("Root Entry", 5, 1, 0, 0));
    let stream_length = u64::try_from(length).map_err(|_| Broken)?;
    file.extend(entry("Workbook", 2, FREE, number(first)?, stream_length));
    file.resize(end, 0);

    file.extend_from_slice(stream);
    file.resize(end + stream_sectors * SECTOR, 0);
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_wrapped_stream_comes_out_as_it_went_in(length in 0_usize..20_000) {
            let stream: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
            let wrapped = wrap(&stream).unwrap();
            let taken = Compound::open(&wrapped).unwrap().stream("workbook").unwrap();
            prop_assert_eq!(&taken[..length], &stream[..]);
        }

        #[test]
        fn any_bytes_open_or_are_broken_without_panic(
            at in 0_usize..9000, byte in any::<u8>(), cut in 0_usize..16_000
        ) {
            let mut wrapped = wrap(&[7; 5000]).unwrap();
            if let Some(place) = wrapped.get_mut(at) {
                *place = byte;
            }
            wrapped.truncate(cut);
            if let Ok(file) = Compound::open(&wrapped) {
                let _ = file.stream("Workbook");
            }
        }
    }

    #[test]
    fn a_large_stream_needs_several_tables() {
        let stream: Vec<u8> = (0..9_000_000_u32).map(|index| (index % 253) as u8).collect();
        let taken = Compound::open(&wrap(&stream).unwrap()).unwrap().stream("Workbook").unwrap();
        assert!(taken == stream);
    }
}
