//! What the process has used: processor time and memory.

use std::time::Duration;

/// Processor time of all threads of the process, in user mode and in the kernel.
pub fn cpu_time() -> Duration {
    cpu_time_of(libc::RUSAGE_SELF)
}

/// Processor time of all processes that this one started and waited for, and of theirs.
pub fn cpu_time_of_children() -> Duration {
    cpu_time_of(libc::RUSAGE_CHILDREN)
}

fn cpu_time_of(whom: libc::c_int) -> Duration {
    // SAFETY: all zeroes is a valid `rusage`: it is numbers only.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a `rusage` of our own. The call cannot fail with these arguments.
    unsafe { libc::getrusage(whom, &mut usage) };
    let of = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
    };
    of(usage.ru_utime) + of(usage.ru_stime)
}

/// Memory of the process that is in use, in bytes; 0 where `/proc` does not say.
pub fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    // SAFETY: no precondition.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    pages.unwrap_or(0) * u64::try_from(page).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_takes_processor_time() {
        let before = cpu_time();
        while cpu_time() == before {
            std::hint::black_box(0);
        }
        assert!(cpu_time() > before);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_that_is_touched_is_resident() {
        let before = resident_bytes();
        let block = std::hint::black_box(vec![1u8; 64 << 20]);
        assert!(resident_bytes() > before + (32 << 20));
        drop(block);
    }
}
