//! How much of an object file ends up in the program.

/// Bytes of an object file by what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) code: u64,
    /// Everything that is loaded: code, data, and the tables for unwinding.
    pub(crate) loaded: u64,
}

/// The size of a 64-bit little-endian ELF file; `None` for other files.
///
/// Source: System V ABI, "Object Files", section header table.
pub(crate) fn size(file: &[u8]) -> Option<Size> {
    const LOADED: u64 = 2;
    const EXECUTABLE: u64 = 4;
    if file.get(..6)? != b"\x7fELF\x02\x01" {
        return None;
    }
    let table = word(file, 0x28)?;
    let (header_size, count) = (half(file, 0x3a)?, half(file, 0x3c)?);
    let mut size = Size::default();
    for section in 0..count {
        let header = table + section * header_size;
        let (flags, bytes) = (word(file, header + 8)?, word(file, header + 0x20)?);
        size.loaded += if flags & LOADED != 0 { bytes } else { 0 };
        size.code += if flags & EXECUTABLE != 0 { bytes } else { 0 };
    }
    Some(size)
}

fn word(file: &[u8], at: u64) -> Option<u64> {
    let at = usize::try_from(at).ok()?;
    Some(u64::from_le_bytes(*file.get(at..)?.first_chunk()?))
}

fn half(file: &[u8], at: usize) -> Option<u64> {
    Some(u16::from_le_bytes(*file.get(at..)?.first_chunk()?).into())
}
